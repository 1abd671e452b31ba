import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import type { DriveId } from '@pitlane/contracts/identity';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import { expect, it } from 'vitest';
import { smallLog } from '../../test/support/small-log.ts';
import { openShell } from './cli.fixture.ts';
import { SETTINGS } from './settings.ts';
import { openStayingNode } from './wiring/staying-node.ts';

const DRIVE = 'drive-held';
const SOON = { timeout: 60_000 };

interface Told {
  readonly id: string;
  readonly event: { readonly type: string; readonly dockId?: string; readonly action?: { readonly state: string } };
}

/** Server-sent events as a browser takes them. */
async function* toldBy(url: string, lastId?: string): AsyncGenerator<Told> {
  const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
  const answer = await fetch(`${url}/v1/garage/events`, { headers });
  const decoder = new TextDecoder();
  let [rest, id] = ['', ''];
  for await (const bytes of answer.body ?? []) {
    const parts = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      id = /^id: (.*)$/m.exec(part)?.[1] ?? id;
      yield { id, event: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '') as Told['event'] };
    }
  }
}

async function until(told: AsyncGenerator<Told>, isIt: (one: Told['event']) => boolean): Promise<Told> {
  // Not `for await`, which would end them.
  for (let next = await told.next(); !next.done; next = await told.next())
    if (isIt(next.value.event)) return next.value;
  throw new Error('the events ended');
}

it('a held drive waits in the spool over a restart, is named and released at the board, and lands', {
  timeout: 120_000,
}, async () => {
  await using shell = await openShell();
  const disk = join(shell.home, 'disk');
  await mkdir(disk);
  await writeFile(join(disk, 'log.mcap'), smallLog({ seconds: 120, hz: 5, payloadBytes: 20 }));
  await writeFile(join(disk, 'pitlane.drive.json'), JSON.stringify({ driveId: DRIVE }));
  const journal = openSqliteJournal({ file: join(shell.home, 'journal.sqlite') });
  const plain = { priority: null, rank: 0, events: [] };
  journal.putHandlings([{ tenant: 'default', driveId: DRIVE as DriveId, isHeld: true, ...plain }]);
  journal.close();
  const settings = parseSettings(SETTINGS, { environment: { PITLANE_PORT: '0' } });
  const node = await openStayingNode(shell.home, settings);
  const { url } = node.address;
  try {
    const told = toldBy(url);
    await until(told, ({ type }) => type === 'tick');
    const link = (await shell.run('board', '--json')).json<{ url: string }>();
    const [page, code] = link.url.split('#code=');
    expect(page).toBe(`${url}/board`);
    const headers = { origin: url, 'content-type': 'application/json' };
    const opened = await fetch(`${url}/v1/session`, { method: 'POST', headers, body: JSON.stringify({ code }) });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const act = async (body: object): Promise<{ state: string; text: string; actionId: string }> => {
      const init = { method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify(body) };
      return (await (await fetch(`${url}/v1/garage/actions`, init)).json()) as never;
    };
    const ingesting = shell.run('ingest', disk, '--json');
    const docked = await until(told, ({ type }) => type === 'drive');
    const queue = async () => ((await (await fetch(`${url}/v1/garage/queue`)).json()) as { queue: object[] }).queue;
    await expect.poll(queue, SOON).toMatchObject([{ driveId: DRIVE, state: 'held', isHeld: true }]);
    await expect.poll(async () => JSON.stringify(await queue()), SOON).toMatch(/"chunksWaiting":[1-9]/);
    const taken = await act({ kind: 'release', driveId: DRIVE });
    expect((await shell.run('action', 'undo', taken.actionId)).exitCode).toBe(0);
    const { dockId } = docked.event;
    expect((await act({ kind: 'name-vehicle', dockId, vehicleId: 'car-7' })).text).toMatch(/is shown as of car-7/);
    expect(await act({ kind: 'release', dockId })).toMatchObject({ state: 'waiting' });
    await until(told, ({ action }) => action?.state === 'done');
    const ingested = await ingesting;
    expect(ingested.json<{ drives: object[] }>().drives).toMatchObject([{ driveId: DRIVE, state: 'receipted' }]);
    // What was missed is told again.
    const again = await until(toldBy(url, docked.id), ({ type }) => type === 'done');
    expect(again.event.dockId).toBe(dockId);
    await expect
      .poll(
        async () => (await shell.run('drives', '--vehicle', 'car-7', '--json')).json<{ drives: object[] }>().drives,
        SOON,
      )
      .toMatchObject([{ driveId: DRIVE }]);
    const { actions } = (await shell.run('action', 'list', '--json')).json<{ actions: object[] }>();
    expect(actions).toMatchObject([
      { kind: 'release', state: 'done' },
      { kind: 'name-vehicle', state: 'done' },
      { kind: 'release', state: 'undone' },
    ]);
  } finally {
    await node.close();
  }
});

it('what was said of a dock before it had a drive names its drive, also after a crash', {
  timeout: 120_000,
}, async () => {
  await using shell = await openShell();
  const disk = join(shell.home, 'disk');
  await mkdir(disk);
  await writeFile(join(disk, 'log.mcap'), smallLog({ seconds: 10, hz: 5, payloadBytes: 20 }));
  const journal = openSqliteJournal({ file: join(shell.home, 'journal.sqlite') });
  const dock = { dockId: 'dock-1', path: disk, tenant: 'default', vehicleId: null, vehicleIfUnknown: 'car-7' };
  journal.putDock({ ...dock, priority: 99, dockedAtMs: Date.now(), state: 'open', driveIds: [], error: null });
  journal.close();
  const settings = parseSettings(SETTINGS, { environment: { PITLANE_PORT: '0' } });
  const node = await openStayingNode(shell.home, settings);
  try {
    const drives = async () => (await shell.run('drives', '--json')).json<{ drives: object[] }>().drives;
    await expect
      .poll(drives, SOON)
      .toMatchObject([{ driveId: expect.stringMatching(/^car-7-/), vehicleId: 'car-7', state: 'receipted' }]);
  } finally {
    await node.close();
  }
});

it('the board is opened of a node that runs, by a path of its own alone', async () => {
  await using shell = await openShell();
  const none = await shell.run('board');
  expect([none.exitCode, none.stderr]).toEqual([4, expect.stringMatching(/no node with pages runs.*npx pitlane up/)]);
  for (const path of ['//evil.example', '/\\evil.example', 'board', '/a#code=x', 'https://evil.example']) {
    const wrong = await shell.run('board', '--path', path);
    expect([path, wrong.exitCode, wrong.stderr]).toEqual([path, 2, expect.stringContaining('is no path of a page')]);
  }
});

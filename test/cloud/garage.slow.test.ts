/** The garage as the program that it is: over a broker of its own, with a lander and an indexer beside it. */
import { writeFile } from 'node:fs/promises';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudUnderTest } from '../support/cloud-under-test.ts';
import { serviceAt } from '../support/services.ts';
import { StartedProgram } from '../support/started-program.ts';

const gcs = serviceAt('PITLANE_TEST_GCS');
const bigquery = serviceAt('PITLANE_TEST_BIGQUERY');
const toxiproxy = serviceAt('PITLANE_TEST_TOXIPROXY');
const TOKEN = 'the-token-of-this-test';

type DockEvent = Readonly<Record<string, unknown>> & { readonly type: string };

describe.skipIf(!gcs || !bigquery || !toxiproxy)('a garage by itself', { timeout: 300_000 }, () => {
  const programs: StartedProgram[] = [];
  let cloud: CloudUnderTest;

  beforeAll(async () => {
    const services = { gcs: gcs as string, bigquery: bigquery as string, toxiproxy: toxiproxy as string };
    cloud = await CloudUnderTest.open(services);
    await Promise.all([cloud.start('indexer', 'indexer'), cloud.start('lander', 'lander')]);
    await writeFile(cloud.home('token'), TOKEN);
  });
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await cloud?.close();
  });

  function begin(more: Readonly<Record<string, string>> = {}): StartedProgram {
    const program = new StartedProgram('garage', {
      ...cloud.environment(),
      PITLANE_HOME: cloud.home('north'),
      PITLANE_GARAGE: 'north',
      PITLANE_API_TOKEN_FILE: cloud.home('token'),
      PITLANE_PORT: '0',
      ...more,
    });
    programs.push(program);
    return program;
  }

  async function start(more: Readonly<Record<string, string>> = {}) {
    const program = begin(more);
    const { url } = await program.said('api.opened');
    await program.said('program.started');
    return { program, url: String(url) };
  }

  async function disk(seed: number): Promise<string> {
    const outDir = cloud.home(`disk-${seed}`);
    await generateDrive({ outDir, seed, durationS: 6, vehicleId: `car-${seed}`, size: 'small' });
    return outDir;
  }

  async function* dock(url: string, path: string): AsyncGenerator<DockEvent> {
    const answer = await fetch(`${url}/v1/garage/docks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ path }),
    });
    expect(answer.status).toBe(200);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as DockEvent;
    }
  }

  async function lastOf(events: AsyncIterable<DockEvent>): Promise<DockEvent | undefined> {
    let last: DockEvent | undefined;
    for await (const event of events) last = event;
    return last;
  }

  const receipted = {
    type: 'done',
    drives: [expect.objectContaining({ receiptId: expect.stringMatching(/^[0-9a-f]+/) as string })],
  };

  it('docks over HTTP to the receipt, holds its home, and retires', async () => {
    const { program, url } = await start();
    const ended = await lastOf(dock(url, await disk(1)));
    expect(ended).toMatchObject(receipted);
    const second = begin();
    expect(await second.ended).toBe(1);
    expect(second.lines.at(-1)).toMatchObject({ code: 'busy', reason: expect.stringContaining('another process') });
    expect((await fetch(`${url}/v1/drives`)).status).toBe(404);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('pitlane_garage_backlog_bytes 0');
    const [{ driveId }] = (ended as unknown as { drives: [{ driveId: string }] }).drives;
    const retired = await fetch(`${url}/v1/retire`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ driveId }),
    });
    expect([retired.status, await retired.json()]).toEqual([
      200,
      expect.objectContaining({ recordings: expect.any(Number) }),
    ]);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it('drains at SIGTERM, and the next one goes on to the receipt', async () => {
    const slow = { PITLANE_LINK_BYTES_PER_SECOND: '1MB' };
    const first = await start(slow);
    const path = await disk(2);
    let isTold = false;
    let interrupted: DockEvent | undefined;
    for await (const event of dock(first.url, path)) {
      if (!isTold && event.type === 'progress' && sentBytesOf(event) > 0) {
        isTold = true;
        first.program.signal('SIGTERM');
      }
      interrupted = event;
    }
    expect(interrupted).toMatchObject({ type: 'failed', code: 'interrupted' });
    expect(await first.program.ended).toBe(0);
    const complaints = first.program.lines.filter(({ level }) => level !== 'info').map(({ event }) => event);
    // A young broker may have to be asked twice.
    expect(complaints.filter((event) => event !== 'kafka.degraded')).toEqual([]);
    const next = await start();
    expect(await lastOf(dock(next.url, path))).toMatchObject(receipted);
    next.program.signal('SIGTERM');
    expect(await next.program.ended).toBe(0);
  });
});

const sentBytesOf = (event: DockEvent): number =>
  (event['stages'] as Record<string, { doneBytes: number }>)['ship']?.doneBytes ?? 0;

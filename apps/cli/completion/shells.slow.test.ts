/** The scripts in real shells: bash as it calls a completion, zsh at its prompt with a TAB. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../test/support/command.ts';
import { requireZsh } from '../../../test/support/requires.ts';
import { openShell, type Shell } from '../cli.fixture.ts';
import { writeNodeFile } from '../node/node-file.ts';
import { openNode, type OpenNode } from '../wiring/open-node.ts';
import { readSettings } from '../settings.ts';

const run = promisify(execFile);
const zsh = requireZsh();
// Below the project, so that programs that run from source find what they import.
const CACHE = fileURLToPath(new URL('../../../.cache', import.meta.url));

let folder: string;
let shell: Shell;
let node: OpenNode | undefined;
let driveId: string;
beforeAll(async () => {
  await mkdir(CACHE, { recursive: true });
  folder = await mkdtemp(join(CACHE, 'completion-'));
  for (const name of ['bash', 'zsh']) {
    const { code, stdout } = await runCommand(['completion', name]);
    expect(code).toBe(0);
    await writeFile(join(folder, `pitlane.${name}`), stdout);
  }
  await writeFile(join(folder, 'a log.mcap'), '');
  await mkdir(join(folder, 'a folder'));
  shell = await openShell();
  await shell.run('generate', '-o', 'drive', '--size', 'small', '--duration', '4', '--vehicle', 'car-9');
  const { drives } = (await shell.run('ingest', 'drive', '--json')).json<{ drives: [{ driveId: string }] }>();
  driveId = drives[0].driveId;
  const settings = readSettings({ environment: { PITLANE_HOME: shell.home }, given: {} }, () => {});
  node = await openNode({ home: shell.home, settings, port: 0, stays: false, shares: true });
});
afterAll(async () => {
  await node?.close();
  await shell[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What bash would offer behind these words, as it splits a line into them. */
async function bashOffers(home: string, ...words: string[]): Promise<string[]> {
  const script = `source ./pitlane.bash
    COMP_WORDS=(pitlane "$@"); COMP_CWORD=$#; COMP_LINE="\${COMP_WORDS[*]}"; COMP_POINT=\${#COMP_LINE}
    _pitlane pitlane "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
    (( \${#COMPREPLY[@]} == 0 )) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: process.env['PATH'], PITLANE_HOME: home };
  const { stdout, stderr } = await run('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: folder, env });
  expect(stderr).toBe('');
  return stdout.split('\n').slice(0, -1);
}

describe('bash', () => {
  it('is offered commands, options, choices and files', async () => {
    expect(await bashOffers(folder, 'dataset', 'bu')).toEqual(['build']);
    expect(await bashOffers(folder, 'drives', '--veh')).toEqual(['--vehicle']);
    expect(await bashOffers(folder, 'export', 'd', '--format', '=', 'm')).toEqual(['mcap']);
    expect(await bashOffers(folder, 'ingest', 'a ')).toEqual(expect.arrayContaining(['a log.mcap', 'a folder']));
    expect(await bashOffers(folder, 'restore', 'd', '-o', 'a ')).toEqual(['a folder']);
  });

  it('is offered the names of the catalog through the node that runs', async () => {
    expect(await bashOffers(shell.home, 'export', 'car-9')).toEqual([driveId]);
    expect(await bashOffers(shell.home, 'drives', '--vehicle', '')).toEqual(['car-9']);
    const topics = await bashOffers(shell.home, 'export', driveId, '--topics', '/nothing,/imu/');
    expect(topics).toEqual(expect.arrayContaining(['/nothing,/imu/data']));
    expect(await bashOffers(shell.home, 'topics', '--drive', 'another', '--topic', '/')).toEqual([]);
    expect(await bashOffers(shell.home, 'export', "car-9' OR 'a' = 'a")).toEqual([]);
  });

  it('is offered no names where no node runs, and starts none', async () => {
    await using empty = await openShell();
    expect(await bashOffers(empty.home, 'export', '')).toEqual([]);
  });

  it('does not wait for a node that does not answer', { timeout: 20_000 }, async () => {
    await using silent = await openShell();
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await writeNodeFile(silent.home, { url: `http://127.0.0.1:${port}`, token: 't', pid: 1, port, stays: true });
    const startMs = performance.now();
    expect(await bashOffers(silent.home, 'export', '')).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(8000);
    server.close();
  });
});

/** Types a line and a TAB at a prompt of zsh, and reads what the line is then. */
async function zshLine(home: string, typed: string): Promise<string> {
  const script = `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PROMPT= RPROMPT=; stty -echo; autoload -Uz compinit; compinit -u -D; source ./pitlane.zsh'
    zpty -w shell 'show() { print -r -- "<<$BUFFER>>" }; zle -N show; bindkey "^O" show; unsetopt zle_bracketed_paste'
    zpty -w shell 'print REA''DY'
    zpty -r shell seen '*READY*'
    zpty -w -n shell "$1"$'\\t\\x0f'
    zpty -r shell seen '*<<*>>*'
    print -r -- "$seen"
    zpty -d shell`;
  const env = { PATH: process.env['PATH'], PITLANE_HOME: home, HOME: folder, TERM: 'dumb' };
  const { stdout } = await run(zsh as string, ['-f', '-c', script, 'zsh', typed], {
    cwd: folder,
    env,
    timeout: 30_000,
  });
  return /<<(.*)>>/.exec(stdout)?.[1] ?? stdout;
}

describe.skipIf(zsh === undefined)('zsh', { timeout: 60_000 }, () => {
  it('completes commands, options, choices and files at its prompt', async () => {
    expect(await zshLine(folder, 'pitlane dataset bu')).toBe('pitlane dataset build ');
    expect(await zshLine(folder, 'pitlane drives --veh')).toBe('pitlane drives --vehicle ');
    expect(await zshLine(folder, 'pitlane export d --format=m')).toBe('pitlane export d --format=mcap ');
    expect(await zshLine(folder, 'pitlane ingest a\\ l')).toBe('pitlane ingest a\\ log.mcap ');
  });

  it('completes the names of the catalog through the node that runs', async () => {
    expect(await zshLine(shell.home, 'pitlane export car')).toBe(`pitlane export ${driveId} `);
    const begun = `pitlane export ${driveId} --topics /nothing,/imu/da`;
    expect(await zshLine(shell.home, begun)).toBe(`${begun}ta`);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCommand } from '../../test/support/command.ts';

let home: string;
/** Brokers that take every connection and never answer: whoever asks them at its start waits. */
let silent: Server;
let asked: Promise<void>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pitlane-signals-'));
  silent = createServer();
  asked = new Promise((resolve) => silent.once('connection', () => resolve()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  silent.close();
  await rm(home, { recursive: true, force: true });
});

it('a second signal ends a command that is still starting at once, with exit 4 and a line', async () => {
  const { port } = silent.address() as AddressInfo;
  const environment = { PITLANE_HOME: home, PITLANE_MESSAGE_LOG: `kafka://127.0.0.1:${port}` };
  const command = startCommand(['up', '--port', '0'], { environment });
  try {
    const drains = new Promise<void>((resolve) => {
      command.child.stderr?.on('data', () => command.said.stderr.includes('once more') && resolve());
    });
    await asked;
    command.child.kill('SIGTERM');
    await drains;
    command.child.kill('SIGTERM');
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([4, expect.stringContaining('stopped at once')]);
  } finally {
    command.signalAll('SIGKILL');
  }
}, 60_000);

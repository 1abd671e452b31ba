import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const STUBBORN = fileURLToPath(new URL('./stubborn-program.fixture.ts', import.meta.url));
const SLOW_MS = 60_000;

let child: ChildProcess;
afterEach(() => void child.kill('SIGKILL'));

/** @returns what it has said so far when `event` comes up for the first time; rejects when it ends before. */
function start(phase: string): {
  said: (event: string) => Promise<void>;
  ended: Promise<{ code: unknown; log: string }>;
} {
  child = spawn(process.execPath, ['--conditions=@pitlane/source', '--import', 'tsx', STUBBORN, phase], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout?.on('data', (text: Buffer) => (log += text.toString()));
  const ended = new Promise<{ code: unknown; log: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? signal, log }));
  });
  const said = (event: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (log.includes(`"event":"${event}"`) && resolve());
      child.stdout?.on('data', look);
      child.on('close', () => reject(new Error(`ended before ${event}: ${log}`)));
      look();
    });
  return { said, ended };
}

describe('a program that is told to stop', () => {
  it.each([
    ['is starting', 'open', ['hanging', 'program.draining']],
    ['drains', 'run', ['hanging', 'program.draining']],
    ['closes its parts', 'close', ['program.started', 'hanging']],
  ])(
    'stops at once at the second signal while it %s, says so, and ends with 4',
    async (_, phase, [first, second]) => {
      const { said, ended } = start(phase);
      await said(first as string);
      child.kill('SIGTERM');
      await said(second as string);
      child.kill('SIGINT');
      const { code, log } = await ended;
      expect(code).toBe(4);
      expect(JSON.parse(log.trimEnd().split('\n').at(-1) as string)).toMatchObject({
        level: 'warn',
        event: 'program.stopped-at-once',
        signal: 'SIGINT',
      });
    },
    SLOW_MS,
  );

  it(
    'drains at the first signal and ends with 0',
    async () => {
      const { said, ended } = start('none');
      await said('program.started');
      child.kill('SIGTERM');
      const { code, log } = await ended;
      expect([code, log.includes('program.stopped"')]).toEqual([0, true]);
    },
    SLOW_MS,
  );
});

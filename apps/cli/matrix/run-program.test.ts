/** With real programs of a few lines: each bound is met by one that breaks it. */
import { describe, expect, it } from 'vitest';
import { startProgram } from './run-program.ts';

const place = {
  cwd: process.cwd(),
  environment: { PATH: process.env['PATH'], SECRET: 's', SITE: 'north' },
  told: { PITLANE_JOB: '7' },
};
const start = (script: string, more: object = {}) =>
  startProgram(
    {
      argv: [process.execPath, '-e', script],
      env: ['SITE', 'NOT_SET'],
      timeoutS: 60,
      stdoutBytesMax: 1_000_000,
      resources: { memory: '', cpus: '' },
      ...more,
    },
    place,
  );

describe('a program under a run', () => {
  it('ends as it likes, and its last line and last words are known', async () => {
    const program = start("console.log('one'); console.log('{\"pass\":true}'); console.error('oh'); process.exit(3)");
    expect(await program.ended).toEqual({ exitCode: 3, stopped: null, lastLine: '{"pass":true}', lastWords: 'oh' });
  });

  it('gets of the environment what was named, and nothing else', async () => {
    const { lastLine } = await start('console.log(Object.keys(process.env).sort().join())').ended;
    expect(lastLine).toBe('PATH,PITLANE_JOB,SITE');
  });

  it('is no shell', async () => {
    const program = start('', { argv: ['echo', '$SITE; exit 3', '`id`'] });
    expect((await program.ended).lastLine).toBe('$SITE; exit 3 `id`');
  });

  it('that hangs is ended with what it started, though it does not listen', async () => {
    const script = `
      process.on('SIGTERM', () => {});
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
      console.log(child.pid);
      setInterval(() => {}, 1e6);`;
    const program = start(script, { timeoutS: 1 });
    const { stopped, lastLine } = await program.ended;
    expect(stopped).toBe('it had not ended after 1 s');
    expect(program.stopped.aborted).toBe(true);
    await expect.poll(() => isRunning(Number(lastLine))).toBe(false);
  });

  it('that floods its output is ended, and no more of it is kept than a line', async () => {
    const { stopped, lastLine } = await start("for (;;) require('fs').writeSync(1, 'x'.repeat(60000))").ended;
    expect(stopped).toBe('it printed over 1.00 MB');
    expect(lastLine.length).toBeLessThanOrEqual(65_536);
  });

  it('that dies of a signal says no exit code', async () => {
    expect(await start("process.kill(process.pid, 'SIGKILL')").ended).toMatchObject({ exitCode: null, stopped: null });
  });

  it('that is not there is told as such', async () => {
    const { stopped } = await start('', { argv: ['/nowhere/at-all'] }).ended;
    expect(stopped).toContain('it cannot be started');
  });

  it('that is stopped from outside says why', async () => {
    const program = start('setInterval(() => {}, 1e6)');
    program.stop('the run was stopped');
    program.stop('a later reason');
    expect((await program.ended).stopped).toBe('the run was stopped');
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

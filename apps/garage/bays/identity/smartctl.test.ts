import { describe, expect, it } from 'vitest';
import { type RunProgram, runProgram, smartReport } from './smartctl.ts';
import { ataAnswer, failedToOpen, unknownBridge } from './smartctl-output.fixture.ts';

/** Gives its answers one after another, and takes down what it was asked. */
function answering(...answers: (object | string | undefined)[]) {
  const asked: string[] = [];
  const run: RunProgram = async (file, args) => {
    asked.push([file, ...args].join(' '));
    const answer = answers.shift();
    return typeof answer === 'object' ? JSON.stringify(answer) : answer;
  };
  return { asked, run };
}

describe('asking smartctl', () => {
  it('is done once, and gives what the disk says', async () => {
    const { asked, run } = answering(ataAnswer());
    expect((await smartReport('/dev/sdb', run)).health.verdict).toBe('healthy');
    expect(asked).toEqual(['smartctl --json -H -A -i /dev/sdb']);
  });

  it('where it is not installed says so, after a look where daemons do not', async () => {
    const { asked, run } = answering();
    expect((await smartReport('/dev/sdb', run)).health.text).toBe('health unknown: smartctl is not installed');
    expect(asked.map((line) => line.split(' ')[0])).toEqual([
      'smartctl',
      '/usr/sbin/smartctl',
      '/usr/local/sbin/smartctl',
    ]);
  });

  it('that is not permitted says what would permit it', async () => {
    const { run } = answering(failedToOpen);
    expect((await smartReport('/dev/sdb', run)).health.text).toMatch(/may not open \/dev\/sdb: let the garage run it/);
  });

  it('says how to reach a disk behind a bridge that is not known', async () => {
    const { asked, run } = answering(unknownBridge, ataAnswer({ reallocated: 12 }));
    expect((await smartReport('/dev/sdb', run)).health.verdict).toBe('failing');
    expect(asked.at(-1)).toBe('smartctl --json -H -A -i -d sat /dev/sdb');
  });

  it.each(['', 'no JSON', '{"half":'])('that answers %j is as one that does not answer', async (answer) => {
    const { run } = answering(answer);
    expect((await smartReport('/dev/sdb', run)).health.text).toMatch(/did not answer for \/dev\/sdb in 10 s/);
  });
});

describe('a program that is run', () => {
  it('gives what it printed, also when it ends badly, and nothing when there is none', async () => {
    expect(await runProgram(process.execPath, ['-e', 'console.log("x"); process.exit(8)'], 20_000)).toBe('x\n');
    expect(await runProgram('no-such-program-anywhere', [], 1000)).toBeUndefined();
  });

  it('that hangs or never stops printing is ended', async () => {
    expect(await runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], 50)).toBe('');
    const flood = 'const more = () => process.stdout.write("x".repeat(65536), more); more()';
    const printed = await runProgram(process.execPath, ['-e', flood], 20_000);
    expect(printed?.length).toBeLessThanOrEqual(1024 * 1024);
  });
});

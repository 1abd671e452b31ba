import type { DriveId, Sha256Hex } from '@pitlane/contracts/identity';
import type { MatrixResult } from '@pitlane/contracts/matrix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { scenarioDigest, scenarioFrom } from './scenario.ts';
import { drawn, type Slice, slicesFrom } from './slices.ts';
import { rateOf, ratesByGroup, wilson } from './summary.ts';
import { type Ending, judge, together } from './verdict.ts';

const least = { name: 'brake', select: 'SELECT drive_id FROM drives', program: { argv: ['check'] } };

describe('a scenario', () => {
  it('needs a name, a selection and a program, and has defaults for the rest', () => {
    expect(scenarioFrom(least)).toEqual({
      name: 'brake',
      select: 'SELECT drive_id FROM drives',
      topics: [],
      windows: null,
      sample: null,
      seed: '1',
      repeats: 1,
      format: 'ndjson',
      missing: 'fail',
      program: {
        argv: ['check'],
        env: [],
        timeoutS: 600,
        stdoutBytesMax: 16_777_216,
        resources: { memory: '', cpus: '' },
      },
    });
  });

  it('has one digest however it is written', () => {
    const reversed = Object.fromEntries(Object.entries({ ...least, seed: 1 }).reverse());
    expect(scenarioDigest(scenarioFrom(reversed))).toBe(scenarioDigest(scenarioFrom(least)));
    expect(scenarioDigest(scenarioFrom({ ...least, seed: 2 }))).not.toBe(scenarioDigest(scenarioFrom(least)));
  });

  it('is told all of its faults at once, with their places', () => {
    const wrong = {
      name: '../x',
      topic: [],
      windows: { seconds: 0 },
      sample: 1.5,
      program: { argv: [], timeoutS: 'long', shell: true },
    };
    expect(() => scenarioFrom(wrong)).toThrow(
      expect.objectContaining({
        code: 'bad-usage',
        message: expect.stringMatching(
          /name: [^]*select: [^]*windows\.seconds: [^]*sample: [^]*program\.argv: [^]*program\.timeoutS: [^]*topic: [^]*program\.shell: /,
        ) as string,
      }) as Error,
    );
  });

  it('is told its faults whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => scenarioFrom(value)).toThrow(expect.objectContaining({ code: 'bad-usage' }) as Error);
      }),
    );
  });
});

const sliceOf = (drive: number, more: Partial<Slice> = {}): Slice => {
  return { tenant: 't', driveId: `drive-${drive}`, vehicleId: 'v', group: '', startTime: null, endTime: null, ...more };
};

describe('the slices of a run', () => {
  it('are windows that fit whole, each once, in an order of their own', () => {
    const spans = { startTime: '9000000000', endTime: '14500000000' };
    const slices = slicesFrom([sliceOf(2, spans), sliceOf(1, spans), sliceOf(2, spans)], {
      seconds: 2,
      strideSeconds: 1,
    });
    expect(slices.map(({ driveId, startTime, endTime }) => `${driveId} ${startTime} ${endTime}`)).toEqual([
      'drive-1 9000000000 11000000000',
      'drive-1 10000000000 12000000000',
      'drive-1 11000000000 13000000000',
      'drive-1 12000000000 14000000000',
      'drive-2 9000000000 11000000000',
      'drive-2 10000000000 12000000000',
      'drive-2 11000000000 13000000000',
      'drive-2 12000000000 14000000000',
    ]);
    expect(slicesFrom([sliceOf(1, { startTime: '0', endTime: '5' })], { seconds: 1, strideSeconds: 1 })).toEqual([]);
    expect(() => slicesFrom([sliceOf(1)], { seconds: 1, strideSeconds: 1 })).toThrow('select both');
  });

  it('are drawn by the seed alone, whatever the order in which they were selected', () => {
    const population = Array.from({ length: 50 }, (_, i) => sliceOf(i));
    const sample = drawn(slicesFrom(population, null), 10, '7');
    expect(sample).toHaveLength(10);
    expect(drawn(slicesFrom([...population].reverse(), null), 10, '7')).toEqual(sample);
    expect(drawn(slicesFrom(population, null), 10, '8')).not.toEqual(sample);
    expect(drawn(population, 100, '7')).toEqual(population);
  });

  it('are each as likely as another', () => {
    const population = slicesFrom(
      Array.from({ length: 20 }, (_, i) => sliceOf(i)),
      null,
    );
    const times = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed += 1) {
      for (const { driveId } of drawn(population, 5, String(seed))) times.set(driveId, (times.get(driveId) ?? 0) + 1);
    }
    // 500 expected each, with a standard deviation of 19.4.
    for (const { driveId } of population) expect(Math.abs((times.get(driveId) ?? 0) - 500)).toBeLessThan(90);
  });
});

const ending = (more: Partial<Ending>): Ending => ({
  exitCode: 0,
  stopped: null,
  lastLine: '',
  lastWords: '',
  ...more,
});

describe('a verdict', () => {
  it.each<[string, Partial<Ending>, string]>([
    ['exit 0', {}, 'pass'],
    ['exit 0 and a last line for people', { lastLine: 'all well' }, 'pass'],
    ['exit 0 and numbers', { lastLine: '{"metrics":{"a":1}}' }, 'pass'],
    ['exit 0 and a last line that says no', { lastLine: '{"pass":false}' }, 'fail'],
    ['exit 1', { exitCode: 1 }, 'fail'],
    ['exit 1 and a last line that says yes', { exitCode: 1, lastLine: '{"pass":true}' }, 'fail'],
    ['exit 2', { exitCode: 2 }, 'error'],
    ['a signal', { exitCode: null }, 'error'],
    ['a program that was stopped', { stopped: 'it hung' }, 'error'],
  ])('of %s', (_, end, verdict) => {
    expect(judge(ending(end)).verdict).toBe(verdict);
  });

  it('keeps finite numbers alone, and bounded text', () => {
    const lastLine = '{"metrics":{"a":1.5,"b":"2","c":null,"d":1e999,"e":-0.25},"pass":false,"text":"too hard"}';
    expect(judge(ending({ lastLine }))).toEqual({ verdict: 'fail', metrics: { a: 1.5, e: -0.25 }, text: 'too hard' });
    expect(judge(ending({ exitCode: 1, lastWords: 'x'.repeat(9999) })).text).toHaveLength(500);
  });

  it('of repeats that differ is flaky, and an error where one has none', () => {
    const [pass, fail, error] = [ending({}), ending({ exitCode: 1 }), ending({ exitCode: 9 })].map(judge);
    const of = (...repeats: (typeof pass)[]): string => together(repeats as never).verdict;
    expect([of(pass, pass), of(fail, fail), of(pass, fail), of(pass, error), of(error)]).toEqual([
      'pass',
      'fail',
      'flaky',
      'error',
      'error',
    ]);
  });
});

describe('the rate of a run', () => {
  it.each([
    // Worked out apart, by the formula of the paper.
    [8, 10, 0.490162, 0.943318],
    [0, 2, 0, 0.65762],
    [5, 5, 0.565518, 1],
    [50, 100, 0.403832, 0.596168],
  ])("of %i in %i has Wilson's interval", (passed, trials, low, high) => {
    const interval = wilson(passed, trials);
    expect(interval.low).toBeCloseTo(low, 5);
    expect(interval.high).toBeCloseTo(high, 5);
  });

  it('always holds the rate, in [0, 1]', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 1, max: 5000 }), (some, trials) => {
        const passed = some % (trials + 1);
        const { low, high } = wilson(passed, trials);
        expect(low >= 0 && low <= passed / trials && passed / trials <= high && high <= 1).toBe(true);
      }),
    );
  });

  it('stands for the whole and for each group', () => {
    const results = (['pass', 'fail', 'flaky', 'error', 'pass'] as const).map((verdict, i) => {
      return { verdict, group: i < 2 ? 'rain' : 'dry' };
    });
    expect(rateOf('', results)).toMatchObject({ jobs: 5, passed: 2, failed: 1, flaky: 1, errors: 1, passRate: 0.4 });
    expect(ratesByGroup(results).map(({ group, jobs, passed }) => [group, jobs, passed])).toEqual([
      ['dry', 3, 1],
      ['rain', 2, 1],
    ]);
    expect(ratesByGroup([{ verdict: 'pass', group: '' }])).toEqual([]);
  });
});

describe('a repetition', () => {
  const result = (job: number, more: Partial<MatrixResult> = {}): MatrixResult => ({
    type: 'matrix-result',
    driveId: 'd' as DriveId,
    vehicleId: 'v',
    job,
    group: '',
    startTime: null,
    endTime: null,
    topics: [],
    verdict: 'pass',
    exitCode: 0,
    repeats: 1,
    messages: 1,
    replayDigest: 'ab' as Sha256Hex,
    wallMs: job,
    metrics: { jerk: 1 },
    text: '',
    ...more,
  });

  it('says what differs, and nothing of how long it took', () => {
    expect(differences([result(0)], [result(0, { wallMs: 99 })])).toEqual([]);
    const again = [
      result(0, { replayDigest: 'cd' as Sha256Hex }),
      result(1, { verdict: 'fail' }),
      result(2, { metrics: { jerk: 2, more: 1 } }),
    ];
    expect(differences([result(0), result(1), result(2), result(3)], again)).toEqual([
      'job 0 (d): other messages were replayed (ab, now cd)',
      'job 1 (d): pass, now fail',
      'job 2 (d): jerk was 1, now 2',
      'job 2 (d): more was not there, now 1',
      'job 3 (d): it was not run again',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { Patience, type Verdict } from './chunker-patience.ts';

const LIMITS = { silentCpuMsMax: 5000, silentMsMax: 20_000, stalledMsMax: 600_000 };
const SECOND = 1000;

/** A process under watch: what it burns a second, or undefined where nobody tells. */
class Watched {
  readonly patience = new Patience(LIMITS);
  #cpuMs: number | undefined;

  constructor(cpuMs: number | undefined = 70_000) {
    this.#cpuMs = cpuMs;
    this.look(0, 0);
  }

  look(seconds: number, cpuMsPerSecond: number): Verdict {
    let verdict: Verdict = 'works';
    for (let i = 0; i < Math.max(1, seconds); i += 1) {
      if (this.#cpuMs !== undefined) this.#cpuMs += cpuMsPerSecond;
      verdict = this.patience.look(seconds === 0 ? 0 : SECOND, this.#cpuMs);
    }
    return verdict;
  }
}

describe('a silent process', () => {
  it('hangs when it burned more CPU than it may since its last word, however long that took', () => {
    const fast = new Watched();
    expect([fast.look(5, 1000), fast.look(1, 10)]).toEqual(['works', 'hangs']);
    const crowded = new Watched();
    expect([crowded.look(50, 100), crowded.look(1, 10)]).toEqual(['works', 'hangs']);
    const threaded = new Watched();
    expect([threaded.look(1, 3000), threaded.look(1, 3000)]).toEqual(['works', 'hangs']);
  });

  it('never hangs while it speaks, whatever it burns', () => {
    const busy = new Watched();
    for (let second = 0; second < 1000; second += 1) {
      busy.patience.heard();
      expect(busy.look(1, 3000)).toBe('works');
    }
  });

  it('may burn what it announced on top, and nothing more once it spoke again', () => {
    const decoding = new Watched();
    decoding.patience.heard(60_000);
    decoding.look(0, 0);
    expect([decoding.look(65, 1000), decoding.look(1, 1000)]).toEqual(['works', 'hangs']);
    const done = new Watched();
    done.patience.heard(60_000);
    done.patience.heard();
    done.look(0, 0);
    expect(done.look(6, 1000)).toBe('hangs');
  });

  it('waits for its disk when it burns nothing, and is given up as stalled after a long time', () => {
    const stalled = new Watched();
    expect([stalled.look(20, 0), stalled.look(1, 0)]).toEqual(['works', 'waits']);
    expect([stalled.look(579, 1), stalled.look(1, 0)]).toEqual(['waits', 'stalled']);
  });

  it('waits no longer when the disk answers after all', () => {
    const slow = new Watched();
    expect(slow.look(599, 0)).toBe('waits');
    slow.patience.heard();
    expect([slow.look(20, 0), slow.look(1, 0)]).toEqual(['works', 'waits']);
  });

  it('does not wait while it decodes on a machine that hardly lets it', () => {
    const decoding = new Watched();
    decoding.patience.heard(60_000);
    decoding.look(0, 0);
    expect(decoding.look(600, 80)).toBe('works');
  });

  it('is judged by time where nobody tells its CPU', () => {
    const untold = new Watched(-1);
    const look = (): Verdict => untold.patience.look(SECOND, undefined);
    untold.patience.heard(5000);
    expect(Array.from({ length: 25 }, look)).toEqual(Array(25).fill('works'));
    expect(look()).toBe('hangs');
  });
});

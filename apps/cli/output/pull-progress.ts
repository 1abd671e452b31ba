/** How far a pull of samples is. */
import { counted, textFromBytes, textFromCount } from '@pitlane/base/units';
import { Pace, stepsASecond } from './pace.ts';
import { Rewritten } from './rewritten.ts';
import type { Terminal } from './terminal.ts';

export class PullProgressView {
  readonly #lines: Rewritten;
  readonly #pace = new Pace(stepsASecond('sample'));

  constructor(terminal: Terminal) {
    this.#lines = new Rewritten(terminal);
  }

  show(samples: number, bytes: number, samplesTotal: number): void {
    const facts = this.#pace.facts(samples, samplesTotal);
    const much = `${textFromCount(samples)} of ${counted(samplesTotal, 'sample')}`;
    this.#lines.show([['pulling', much, textFromBytes(bytes), ...facts].join('  ')]);
  }

  clear(): void {
    this.#lines.clear();
  }
}

/** How far bytes have come whose number nobody knows. */
import { textFromBytes } from '@pitlane/base/units';
import { bytesASecond, Pace } from './pace.ts';
import { Rewritten } from './rewritten.ts';
import type { Terminal } from './terminal.ts';

export class DownloadView {
  readonly #lines: Rewritten;
  readonly #pace = new Pace(bytesASecond);

  constructor(terminal: Terminal) {
    this.#lines = new Rewritten(terminal);
  }

  /** The parts as they are taken. */
  async *watching(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const part of parts) {
      yield part;
      bytes += part.byteLength;
      this.#lines.show([[textFromBytes(bytes), ...this.#pace.facts(bytes)].join('  ')]);
    }
  }

  clear(): void {
    this.#lines.clear();
  }
}

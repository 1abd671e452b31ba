/** Lines gathered as bytes: a hundred thousand short strings would take several times the memory that their text does. */
import { bytesFromUtf8 } from '@pitlane/base/bytes';

const BLOCK_CHARACTERS = 64 * 1024;

export class TextBytes {
  #blocks: Uint8Array[] = [];
  #text = '';

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= BLOCK_CHARACTERS) this.#close();
  }

  /** All that was added, in order; afterwards it is empty. */
  take(): Uint8Array[] {
    this.#close();
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  #close(): void {
    this.#blocks.push(bytesFromUtf8(this.#text));
    this.#text = '';
  }
}

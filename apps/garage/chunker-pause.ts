/** Has a chunker's process pause at its next chunk boundary, and go on: what the places say, told to the process that has one. */
import type { Pausing } from './chunker-places.ts';
import type { PauseWord } from './chunker-protocol.ts';

export class PauseLine implements Pausing {
  #send: ((word: PauseWord) => void) | undefined;
  #isWanted = false;
  #isStill = false;

  /** The process has its task: what was said before it had one is told now. */
  attach(send: (word: PauseWord) => void): void {
    this.#send = send;
    if (this.#isWanted) send('pause');
  }

  pause(): void {
    this.#isWanted = true;
    this.#send?.('pause');
  }

  goOn(): void {
    this.#isWanted = false;
    this.#isStill = false;
    this.#send?.('go on');
  }

  /** The process has come to a boundary and waits; a word that was overtaken by `goOn` says nothing. */
  heardPaused(): void {
    this.#isStill = this.#isWanted;
  }

  /** It is silent because it was told to. */
  get isStill(): boolean {
    return this.#isStill;
  }
}

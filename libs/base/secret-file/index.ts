/**
 * A file with a secret that somebody may replace at any time: it is read again whenever it is used. While it cannot
 * be read, say because it is being replaced, the last content serves on.
 */
import { readFileSync } from 'node:fs';
import { messageOf, PitlaneError } from '../errors/index.ts';
import type { Log } from '../telemetry/index.ts';

export class SecretFile {
  readonly #file: string;
  readonly #log: Log;
  #last: string;

  /** Reads the file once, so that a wrong name shows at start. `what` is what it holds ("the password for Kafka"). */
  constructor(file: string, what: string, log: Log) {
    this.#file = file;
    this.#log = log;
    try {
      this.#last = readFileSync(file, 'utf8');
    } catch (error) {
      const next = 'see that it exists and that this user may read it';
      throw new PitlaneError('bad-settings', `${what} in ${file}: ${messageOf(error)}; ${next}`);
    }
  }

  /** What is in it now. */
  get content(): string {
    try {
      this.#last = readFileSync(this.#file, 'utf8');
    } catch (error) {
      this.#log.warn('secret.unreadable', { file: this.#file, error: messageOf(error) });
    }
    return this.#last;
  }

  /** The same without the newline with which editors end files. */
  get line(): string {
    return this.content.replace(/\r?\n$/, '');
  }
}

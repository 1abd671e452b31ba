/**
 * Where a replay writes: stdout or a file, with backpressure, and never more under way than was given last. A pipe is
 * written without blocking, so that Ctrl-C is heard while its reader sleeps; a reader that has gone ends it quietly.
 */
import { createWriteStream, fstatSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { PitlaneError, messageOf } from '@pitlane/base/errors';

const STDOUT = 'stdout';

export class OutputStream {
  readonly #stream: Writable;
  readonly #where: string;
  readonly #signal: AbortSignal;
  #failure: Error | undefined;
  #wake = (): void => {};
  get isStdout(): boolean {
    return this.#where === STDOUT;
  }

  /** Whoever read has seen enough. */
  readerGone = false;

  /** @param signal ends waiting for a reader that does not read. */
  constructor(stream: Writable, where: string, signal: AbortSignal) {
    this.#stream = stream;
    this.#where = where;
    this.#signal = signal;
    stream.on('drain', () => this.#wake());
    stream.on('close', () => {
      if (!stream.writableFinished) this.readerGone = true;
      this.#wake();
    });
    stream.on('error', (error: Error) => {
      if ('code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')) this.readerGone = true;
      else this.#failure ??= error;
      this.#wake();
    });
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  static toStdout(signal: AbortSignal): OutputStream {
    return new OutputStream(stdoutStream(), STDOUT, signal);
  }

  /** The file must not exist; a pipe or a device with a name may. */
  static toFile(path: string, signal: AbortSignal): OutputStream {
    return new OutputStream(createWriteStream(path, { flags: isFifoOrDevice(path) ? 'w' : 'wx' }), path, signal);
  }

  /** Resolves when there is room for more. */
  async write(bytes: Uint8Array | string): Promise<void> {
    this.#check();
    if (this.readerGone || this.#stream.write(bytes)) return;
    while (this.#stream.writableNeedDrain && !this.readerGone) {
      this.#check();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#check();
  }

  /** Resolves when all is written; stdout stays open. */
  async end(): Promise<void> {
    if (!this.readerGone) this.#stream.end();
    while (!this.readerGone && !this.#stream.closed) {
      this.#check();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#check();
  }

  #check(): void {
    this.#signal.throwIfAborted();
    const cause = this.#failure;
    if (!cause) return;
    const code = 'code' in cause ? cause.code : '';
    if (code === 'EEXIST')
      throw new PitlaneError('already-exists', `${this.#where} is there already: choose another name`);
    const kind = code === 'ENOSPC' ? 'disk-full' : code === 'ENOENT' ? 'not-found' : 'internal';
    throw new PitlaneError(kind, `${this.#where} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

function isFifoOrDevice(path: string): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  return info !== undefined && !info.isFile() && !info.isDirectory();
}

function stdoutStream(): Writable {
  const kind = fstatSync(1);
  if (kind.isFIFO() || kind.isSocket()) return new Socket({ fd: 1, readable: false, writable: true });
  return createWriteStream('', { fd: 1 });
}

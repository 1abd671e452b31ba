/** What a replay is written as: lines of JSON, or one MCAP file as it grows. */
import { crc32 } from '@node-rs/crc32';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import { type MergedMessage, MessageLines, OutputFile } from '@pitlane/stages/90-serve';
import type { OutputStream } from './output-stream.ts';

/** Lines are gathered up to this: a write for each would cost more than the lines. */
const LINES_CHARS = 64 * 1024;

export interface Sink {
  /** Resolves when there is room for more: a slow reader holds up the replay, and nothing piles up. */
  take(messages: readonly MergedMessage[]): Promise<void>;
  /** Nothing more is due for a while: what is held back goes out. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

export class NdjsonSink implements Sink {
  readonly #output: OutputStream;
  readonly #told = new MessageLines();

  constructor(output: OutputStream) {
    this.#output = output;
  }

  async take(messages: readonly MergedMessage[]): Promise<void> {
    await this.#told.prepare(messages);
    let text = '';
    for (const message of messages) {
      text += this.#told.lineOf(message);
      if (text.length < LINES_CHARS) continue;
      await this.#output.write(text);
      text = '';
    }
    if (text !== '') await this.#output.write(text);
  }

  async flush(): Promise<void> {}

  end(): Promise<void> {
    return this.#output.end();
  }
}

export class McapSink implements Sink {
  readonly #output: OutputStream;
  readonly #file: OutputFile;
  readonly #started: Promise<void>;

  constructor(output: OutputStream, compressor: ChunkCompressor, profile: string) {
    this.#output = output;
    this.#file = new OutputFile(
      // A copy: the compressor takes its buffers back, and a stream may hold on to what it was given.
      (parts) => output.write(Buffer.concat(parts)),
      crc32,
      compressor,
    );
    this.#started = this.#file.start(profile);
    this.#started.catch(() => {}); // seen by whoever takes
  }

  async take(messages: readonly MergedMessage[]): Promise<void> {
    await this.#started;
    for (const message of messages) if (this.#file.add(message)) await this.#file.room();
  }

  /** An inner chunk that is not full goes out too: whoever reads along need not wait for a megabyte. */
  async flush(): Promise<void> {
    await this.#started;
    await this.#file.drain();
  }

  async end(): Promise<void> {
    await this.#started;
    await this.#file.finish();
    await this.#output.end();
  }
}

/** For a digest alone. */
export const nowhere: Sink = { take: async () => {}, flush: async () => {}, end: async () => {} };

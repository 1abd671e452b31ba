/**
 * One MCAP file on its way to disk, through `@mcap/core`'s own writer. Memory holds one chunk; each call waits until
 * the disk has taken what it produced. It never overwrites a file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type IWritable, McapWriter } from '@mcap/core';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { compress } from 'zstd-napi';
import type { ChannelPlan } from './channels.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
const ZSTD_LEVEL = 3;

/** Opens a new file, or says that there is one already. */
export async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const text = `${path} is there already: choose an empty folder for the drive, or remove the old one`;
    throw new PitlaneError('already-exists', text, { cause });
  }
}

/** Appends to a file and counts; short writes are completed, and a full disk is called that. */
export class FileOutput implements IWritable {
  readonly #file: FileHandle;
  #sizeBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  position(): bigint {
    return BigInt(this.#sizeBytes);
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.byteLength; ) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.byteLength - at);
        at += bytesWritten;
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC' || isPitlaneError(cause)) throw cause;
      throw new PitlaneError('disk-full', 'the disk is full: free space, or generate a shorter drive', { cause });
    }
    this.#sizeBytes += bytes.byteLength;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export interface RecordingOptions {
  readonly profile: string;
  readonly compressed: boolean;
  readonly metadata: ReadonlyMap<string, string>;
}

export class RecordingWriter {
  readonly #output: FileOutput;
  readonly #writer: McapWriter;
  readonly #channelIds = new Map<ChannelPlan, number>();
  readonly #sequences = new Map<ChannelPlan, number>();
  #messages = 0;

  private constructor(output: FileOutput, compressed: boolean) {
    this.#output = output;
    this.#writer = new McapWriter({
      writable: output,
      chunkSize: CHUNK_BYTES,
      ...(compressed
        ? {
            compressChunk: (chunk) => ({
              compression: 'zstd',
              compressedData: compress(Buffer.from(chunk), { compressionLevel: ZSTD_LEVEL }),
            }),
          }
        : {}),
    });
  }

  static async create(
    path: string,
    channels: readonly ChannelPlan[],
    options: RecordingOptions,
  ): Promise<RecordingWriter> {
    const recording = new RecordingWriter(new FileOutput(await openNew(path)), options.compressed);
    await recording.#start(channels, options);
    return recording;
  }

  async #start(channels: readonly ChannelPlan[], options: RecordingOptions): Promise<void> {
    await this.#writer.start({ profile: options.profile, library: 'pitlane-generator' });
    await this.#writer.addMetadata({ name: 'drive', metadata: new Map(options.metadata) });
    const schemaIds = new Map<string, number>();
    for (const channel of channels) {
      let schemaId = schemaIds.get(channel.schemaName);
      if (schemaId === undefined) {
        schemaId = await this.#writer.registerSchema({
          name: channel.schemaName,
          encoding: channel.schemaEncoding,
          data: channel.schemaText(),
        });
        schemaIds.set(channel.schemaName, schemaId);
      }
      const id = await this.#writer.registerChannel({
        topic: channel.topic,
        schemaId,
        messageEncoding: channel.messageEncoding,
        metadata: new Map(channel.metadata ?? []),
      });
      this.#channelIds.set(channel, id);
    }
  }

  get sizeBytes(): number {
    return this.#output.sizeBytes;
  }

  get messages(): number {
    return this.#messages;
  }

  async add(channel: ChannelPlan, logTime: bigint, publishTime: bigint, data: Uint8Array): Promise<void> {
    const channelId = this.#channelIds.get(channel);
    if (channelId === undefined) throw new Error(`${channel.topic} does not belong to this recording`);
    const sequence = this.#sequences.get(channel) ?? 0;
    this.#sequences.set(channel, sequence + 1);
    this.#messages += 1;
    await this.#writer.addMessage({ channelId, sequence, logTime, publishTime, data });
  }

  async attach(name: string, mediaType: string, timeNs: bigint, data: Uint8Array): Promise<void> {
    await this.#writer.addAttachment({ name, mediaType, logTime: timeNs, createTime: timeNs, data });
  }

  async finish(): Promise<void> {
    await this.#writer.end();
    await this.#output.close();
  }

  /** Lets go of the file as it stands: what an interrupted logger leaves. */
  async abandon(): Promise<void> {
    await this.#output.close().catch(() => {});
  }
}

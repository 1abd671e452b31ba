/** The parts as the tus server sees them. It writes at the offset that it is told, and says how far that came. */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { UploadRecord } from './upload-records.ts';
import type { Uploads } from './uploads.ts';

export class PartStore extends DataStore {
  readonly #uploads: Uploads;

  constructor(uploads: Uploads) {
    super();
    this.#uploads = uploads;
    // A size that comes later could not be promised room.
    this.extensions = ['creation', 'creation-with-upload', 'termination'];
  }

  /** Its record and its part were made when it was taken in. */
  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const file = createWriteStream(this.#uploads.partOf(id), { flags: 'r+', start: offset });
    try {
      await pipeline(body, file);
    } catch (error) {
      throw fromDisk(error, this.#uploads.partsRoot);
    }
    return offset + file.bytesWritten;
  }

  /** What is checked or done has all of its bytes, wherever they lie: a client that lost the last answer hears so. */
  override async getUpload(id: string): Promise<Upload> {
    const record = await this.#record(id);
    const offset = await this.#uploads.received(record);
    return new Upload({ id, size: record.bytes, offset, creation_date: new Date(record.createdAtMs).toISOString() });
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.cancel(id);
  }

  async #record(id: string): Promise<UploadRecord> {
    const record = (await this.#uploads.records()).get(id);
    if (record) return record;
    throw ERRORS.FILE_NOT_FOUND;
  }
}

function fromDisk(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const text = `the disk of ${folder} is full: what came is kept; free space, then go on`;
  return new PitlaneError('disk-full', text, { retryable: true, cause: error });
}

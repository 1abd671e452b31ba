/**
 * The room on the spool's disk. What is going to be written is reserved before, so that copies of several disks never fill it
 * together; what others have filled counts as well. Over the first mark it warns, over the second nothing is taken in.
 */
import type { Log } from '@pitlane/base/telemetry';
import { keptBytesOf, type Spool } from '@pitlane/ports/spool';

export interface SpoolStatus {
  /** Of the whole disk, whoever filled it, with what is reserved. */
  readonly usedPercent: number;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly reservedBytes: number;
  readonly state: 'ok' | 'filling' | 'paused';
  /** The marks: above the first it is said, above the second intake pauses. */
  readonly warnPercent: number;
  readonly pausePercent: number;
}

export interface Reservation extends Disposable {
  /** So much of it is on the disk by now. */
  wrote(bytes: number): void;
}

export interface SpoolSpaceOptions {
  readonly spool: Pick<Spool, 'disk'>;
  readonly warnPercent: number;
  readonly pausePercent: number;
  readonly telemetry: Log;
}

export class SpoolSpace {
  readonly #options: SpoolSpaceOptions;
  #reservedBytes = 0;
  #seen: SpoolStatus | undefined;

  constructor(options: SpoolSpaceOptions) {
    this.#options = options;
  }

  async status(): Promise<SpoolStatus> {
    const { spool, warnPercent, pausePercent, telemetry } = this.#options;
    const { freeBytes, totalBytes } = await spool.disk();
    const reservedBytes = this.#reservedBytes;
    const usedPercent = 100 - (100 * Math.max(0, freeBytes - reservedBytes)) / totalBytes;
    const isPaused = usedPercent > pausePercent || freeBytes < keptBytesOf(totalBytes);
    const state = isPaused ? 'paused' : usedPercent > warnPercent ? 'filling' : 'ok';
    if (state !== (this.#seen?.state ?? 'ok') && state !== 'ok') {
      telemetry.warn(`spool.${state}`, { usedPercent: Math.round(usedPercent), warnPercent, pausePercent });
    }
    this.#seen = { usedPercent, freeBytes, totalBytes, reservedBytes, state, warnPercent, pausePercent };
    return this.#seen;
  }

  /** As of the last look, which every chunk and every copy takes; undefined before the first. */
  get seen(): SpoolStatus | undefined {
    return this.#seen;
  }

  async isNearlyFull(): Promise<boolean> {
    return (await this.status()).state === 'paused';
  }

  /** Journal, logs and catalog live on it too: what is cut leaves them room, whatever the settings say. */
  async isFull(): Promise<boolean> {
    const { freeBytes, totalBytes } = await this.#options.spool.disk();
    return freeBytes < keptBytesOf(totalBytes);
  }

  /** Room for so many bytes until it is disposed of; undefined where it would pass the mark at which intake pauses. */
  async reserve(bytes: number): Promise<Reservation | undefined> {
    const { spool, pausePercent } = this.#options;
    const { freeBytes, totalBytes } = await spool.disk();
    const keptBytes = (totalBytes * (100 - pausePercent)) / 100;
    if (freeBytes - this.#reservedBytes - bytes < keptBytes) return undefined;
    this.#reservedBytes += bytes;
    let left = bytes;
    const give = (back: number): void => {
      const given = Math.min(left, back);
      left -= given;
      this.#reservedBytes -= given;
    };
    return { wrote: give, [Symbol.dispose]: () => give(left) };
  }
}

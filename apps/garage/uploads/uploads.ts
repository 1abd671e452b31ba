/**
 * Uploads: files that come over the network instead of on a disk. Parts grow below `parts`; one that is whole is read
 * again, compared with what was said of it, flushed, and moved to `drives/VEHICLE/DRIVE/…`, which is docked like a disk. It
 * speaks no HTTP. What is placed goes by `free` alone, which `retire` calls with a receipt in its hands.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import type { Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import { Turns } from '../turns.ts';
import { admit } from './admit.ts';
import { freeUploads } from './free-uploads.ts';
import { placePart } from './place-part.ts';
import type { UploadAsked } from './upload-asked.ts';
import { type UploadRecord, UploadRecords } from './upload-records.ts';
import { type UploadStatus, uploadStatusFrom } from './upload-status.ts';

export interface UploadsTools {
  /** Below the home. */
  readonly root: string;
  readonly maxBytes: number;
  /** Unfinished ones, from their last byte on. */
  readonly keepMs: number;
  /** The disk may be as full as this, with all that was accepted. */
  readonly pausePercent: number;
  readonly disk: (folder: string) => Promise<DiskRoom>;
  readonly hasher: PartHasher;
  /** The version that lies there now; undefined where there is none. */
  readonly versionOf: (root: string, path: string) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly telemetry: Log;
}

export interface DiskRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** SHA-256 of a file, off the event loop, and the version that was read. */
export interface PartHasher {
  hash(root: string, path: string): Promise<{ readonly sha256: string; readonly version: string }>;
  /** Ends what is under way: it fails as interrupted. */
  close(): Promise<void>;
}

/** Of a drive's folder: more is coming, the client has said that all is there, or nothing is known. */
export type Arrival = 'under-way' | 'complete' | 'unknown';

/** A client that sent nothing for so long is not waited for, as a disk that changes is not either. */
export const SILENT_MS = 600_000;
const TEND_MS = 60_000;

export class Uploads {
  readonly tools: UploadsTools;
  /** Where the bay watcher looks. */
  readonly drivesRoot: string;
  readonly partsRoot: string;
  /** Hears of each file that was placed. */
  onPlaced: () => void = () => {};
  /** Frees what is signed for, until there is enough. */
  makeRoom: (isEnough: () => Promise<boolean>) => Promise<boolean> = async () => false;
  #opened: Promise<UploadRecords> | undefined;
  readonly #turns = new Turns();
  readonly #checking = new Map<string, Promise<UploadRecord>>();

  constructor(tools: UploadsTools) {
    this.tools = tools;
    this.drivesRoot = join(tools.root, 'drives');
    this.partsRoot = join(tools.root, 'parts');
  }

  /** Read when first asked for: a node that lives for one command mostly needs none. */
  records(): Promise<UploadRecords> {
    this.#opened ??= mkdir(this.drivesRoot, { recursive: true }).then(() =>
      UploadRecords.open(this.partsRoot, this.tools.telemetry),
    );
    return this.#opened;
  }

  /** Takes an upload in, with room for all of it. Throws `limit-exceeded`, `disk-full`, `already-exists`, `unavailable`. */
  async begin(asked: UploadAsked, bytes: number): Promise<UploadRecord> {
    const records = await this.records();
    // One by one, so that two do not take the same room.
    return this.#turns.take('begin', async () => {
      await admit({ asked, bytes, records, received: (record) => this.received(record) }, this);
      const id = randomBytes(16).toString('hex');
      const record: UploadRecord = {
        id,
        filename: asked.filename,
        vehicleId: asked.vehicleId,
        drive: asked.drive ?? id,
        complete: asked.complete,
        bytes,
        claimedSha256: asked.sha256 ?? null,
        createdAtMs: this.tools.clock.nowMs(),
        state: 'receiving',
        sha256: null,
        version: null,
        endedAtMs: null,
        reason: null,
      };
      await records.put(record);
      await (await open(this.partOf(id), 'wx', 0o600)).close();
      return record;
    });
  }

  /** All bytes of it are there: checks and places it, once, however often it is called. */
  async finish(id: string): Promise<UploadRecord> {
    const record = await this.#known(id);
    if (record.state === 'done' || record.state === 'refused') return record;
    const under = this.#checking.get(id);
    if (under) return under;
    const checking = this.#check(record).finally(() => this.#checking.delete(id));
    this.#checking.set(id, checking);
    return checking;
  }

  /** Forgets an upload that is not placed. */
  async cancel(id: string): Promise<void> {
    await this.#drop(await this.#known(id));
  }

  partOf(id: string): string {
    return join(this.partsRoot, id);
  }

  async received(record: UploadRecord): Promise<number> {
    if (record.state === 'done' || record.state === 'checking') return record.bytes;
    return (await this.#part(record))?.size ?? 0;
  }

  /** Oldest first. */
  async list(): Promise<readonly UploadStatus[]> {
    const listed: UploadStatus[] = [];
    for (const record of (await this.records()).all()) {
      listed.push(uploadStatusFrom(record, await this.received(record)));
    }
    return listed;
  }

  /** Whether the drive in this folder is whole yet. */
  async arrival(folder: string): Promise<Arrival> {
    const [vehicleId = '', drive = ''] = relative(this.drivesRoot, folder).split('/');
    const own = (await this.records()).ofDrive(vehicleId, drive);
    for (const record of own) {
      if (record.state === 'checking') return 'under-way';
      if (record.state === 'receiving' && (await this.#silentMs(record)) < SILENT_MS) return 'under-way';
    }
    return own.some(({ state, complete }) => state === 'done' && complete) ? 'complete' : 'unknown';
  }

  folderOf({ vehicleId, drive }: Pick<UploadRecord, 'vehicleId' | 'drive'>): string {
    return join(this.drivesRoot, vehicleId, drive);
  }

  /**
   * Frees what was uploaded with these bytes into these folders.
   * @param recordingId the caller holds a receipt for it. @returns what was freed, or would be.
   */
  async free(recordingId: string, folders: ReadonlySet<string>, dryRun: boolean): Promise<number> {
    const records = await this.records();
    return this.#turns.take('place', () => freeUploads({ recordingId, folders, dryRun, records }, this));
  }

  /** Goes on with what a crash left, and forgets what nobody came back for; until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tend();
      await this.tools.wait(TEND_MS, signal);
    }
  }

  /** What is being checked goes on with the next start. */
  async close(): Promise<void> {
    await this.tools.hasher.close();
    await Promise.allSettled(this.#checking.values());
  }

  async tend(): Promise<void> {
    const { keepMs, clock, telemetry } = this.tools;
    for (const record of (await this.records()).all()) {
      if (record.state === 'done') continue;
      try {
        const isWhole = record.state === 'receiving' && (await this.received(record)) === record.bytes;
        if (record.state === 'checking' || isWhole) await this.finish(record.id);
        const ended = record.endedAtMs ?? 0;
        const isOld =
          record.state === 'refused'
            ? clock.nowMs() - ended > keepMs
            : record.state === 'receiving' && !isWhole && (await this.#silentMs(record)) > keepMs;
        if (!isOld) continue;
        telemetry.warn('upload.expired', { id: record.id, vehicle: record.vehicleId, filename: record.filename });
        await this.#drop(record);
      } catch (error) {
        telemetry.warn('upload.untended', { id: record.id, error: messageOf(error) });
      }
    }
  }

  async #known(id: string): Promise<UploadRecord> {
    const record = (await this.records()).get(id);
    if (record) return record;
    throw new PitlaneError('not-found', `there is no upload ${id}: it expired, or was retired; begin it anew`);
  }

  async #check(before: UploadRecord): Promise<UploadRecord> {
    const { tools } = this;
    const records = await this.records();
    let record: UploadRecord = { ...before, state: 'checking' };
    if (before.state === 'receiving') await records.put(record);
    try {
      if (!(await this.#wasPlaced(record))) {
        await flushFile(this.partOf(record.id));
        const { sha256, version } = await tools.hasher.hash(this.partsRoot, record.id);
        record = { ...record, sha256, version };
        if (record.claimedSha256 !== null && record.claimedSha256 !== sha256) throw mismatch(record, sha256);
        await records.put(record);
        const below = [record.vehicleId, record.drive, ...record.filename.split('/')];
        await this.#turns.take('place', () => placePart(this.partOf(record.id), this.drivesRoot, below));
      }
      record = { ...record, state: 'done', endedAtMs: tools.clock.nowMs() };
      await records.put(record);
      tools.telemetry.info('upload.placed', { id: record.id, vehicle: record.vehicleId, filename: record.filename });
      this.onPlaced();
      return record;
    } catch (error) {
      if (!isPitlaneError(error, 'checksum-mismatch', 'already-exists', 'refused')) throw error;
      return this.#refuse(record, error);
    }
  }

  /** A crash came between moving the part and saying so. */
  async #wasPlaced({ id, vehicleId, drive, filename, version }: UploadRecord): Promise<boolean> {
    if (version === null || (await stat(this.partOf(id)).catch(() => undefined))) return false;
    return (await this.tools.versionOf(this.folderOf({ vehicleId, drive }), filename)) === version;
  }

  async #refuse(record: UploadRecord, { message }: PitlaneError): Promise<UploadRecord> {
    const { clock, telemetry } = this.tools;
    telemetry.warn('upload.refused', { id: record.id, filename: record.filename, reason: message });
    const refused: UploadRecord = { ...record, state: 'refused', reason: message, endedAtMs: clock.nowMs() };
    await (await this.records()).put(refused);
    await rm(this.partOf(record.id), { force: true });
    return refused;
  }

  async #drop(record: UploadRecord): Promise<void> {
    await rm(this.partOf(record.id), { force: true });
    await (await this.records()).remove(record);
  }

  async #silentMs(record: UploadRecord): Promise<number> {
    const lastMs = (await this.#part(record))?.mtimeMs ?? 0;
    return this.tools.clock.nowMs() - Math.max(lastMs, record.createdAtMs);
  }

  #part({ id }: UploadRecord): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
    return stat(this.partOf(id)).catch(() => undefined);
  }
}

const mismatch = ({ filename, claimedSha256 }: UploadRecord, sha256: string): PitlaneError =>
  new PitlaneError(
    'checksum-mismatch',
    `${filename} arrived with SHA-256 ${sha256}, and ${claimedSha256} was said: it is not kept, upload it again`,
  );

async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

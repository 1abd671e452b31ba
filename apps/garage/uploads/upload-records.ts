/**
 * What is known of each upload, a JSON file beside its part, written whole or not at all. Invariants: a record is on the
 * disk before its part is; `sha256` and `version` are on the disk before the part is moved to its drive, so that after a
 * crash it shows by itself whether that happened; nothing is `done` before its file lies flushed in its drive.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';

/** `checking`: all bytes are there, and are being read again. `refused`: they are not what was said, and are gone. */
export type UploadState = 'receiving' | 'checking' | 'done' | 'refused';

export interface UploadRecord {
  readonly id: string;
  readonly filename: string;
  readonly vehicleId: string;
  /** The folder of its drive: as named, else its id. */
  readonly drive: string;
  readonly complete: boolean;
  readonly bytes: number;
  readonly claimedSha256: string | null;
  readonly createdAtMs: number;
  readonly state: UploadState;
  /** As it was when it was checked. */
  readonly sha256: string | null;
  /** Of the file as it was checked: who finds another there finds a changed file. */
  readonly version: string | null;
  readonly endedAtMs: number | null;
  /** Why it was refused. */
  readonly reason: string | null;
}

export const ID = /^[0-9a-f]{32}$/;
const ENDING = '.json';

export class UploadRecords {
  readonly #folder: string;
  readonly #byId = new Map<string, UploadRecord>();
  /** Ids by vehicle and drive: the bay watcher asks for each drive at each look. */
  readonly #ofDrive = new Map<string, Set<string>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string, telemetry: Log): Promise<UploadRecords> {
    await mkdir(folder, { recursive: true });
    const records = new UploadRecords(folder);
    for (const name of await readdir(folder)) {
      if (!name.endsWith(ENDING) || !ID.test(name.slice(0, -ENDING.length))) continue;
      try {
        records.#keep(JSON.parse(await readFile(join(folder, name), 'utf8')) as UploadRecord);
      } catch (error) {
        telemetry.error('upload.record-unreadable', { file: join(folder, name), error: messageOf(error) });
      }
    }
    return records;
  }

  get(id: string): UploadRecord | undefined {
    return this.#byId.get(id);
  }

  get count(): number {
    return this.#byId.size;
  }

  /** Oldest first. */
  all(): readonly UploadRecord[] {
    return [...this.#byId.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  }

  ofDrive(vehicleId: string, drive: string): readonly UploadRecord[] {
    const ids = this.#ofDrive.get(`${vehicleId}/${drive}`) ?? [];
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }

  async put(record: UploadRecord): Promise<void> {
    const draft = join(this.#folder, `${record.id}.draft`);
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(record, null, 2)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, join(this.#folder, `${record.id}${ENDING}`));
    this.#keep(record);
  }

  async remove({ id, vehicleId, drive }: UploadRecord): Promise<void> {
    await rm(join(this.#folder, `${id}${ENDING}`), { force: true });
    this.#byId.delete(id);
    const ids = this.#ofDrive.get(`${vehicleId}/${drive}`);
    ids?.delete(id);
    if (ids?.size === 0) this.#ofDrive.delete(`${vehicleId}/${drive}`);
  }

  #keep(record: UploadRecord): void {
    this.#byId.set(record.id, record);
    const key = `${record.vehicleId}/${record.drive}`;
    this.#ofDrive.set(key, (this.#ofDrive.get(key) ?? new Set()).add(record.id));
  }
}

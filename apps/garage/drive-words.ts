/** What a drive that is docked says to the cloud's programs, before its manifest: that it is here, and how far it has come. */
import { messageOf } from '@pitlane/base/errors';
import type { RecordingId } from '@pitlane/contracts/identity';
import type { DockFacts, DriveFacts } from '@pitlane/contracts/manifest';
import { type DockRecord, LogTopic, type State } from '@pitlane/contracts/records';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { announcedFrom } from './announced.ts';
import type { GarageTools } from './tools.ts';

type Tools = Pick<GarageTools, 'log' | 'journal' | 'telemetry'>;

export class DriveWords {
  readonly #drive: DriveFacts;
  readonly #dock: DockFacts;
  readonly #tools: Tools;

  constructor(drive: DriveFacts, dock: DockFacts, tools: Tools) {
    this.#drive = drive;
    this.#dock = dock;
    this.#tools = tools;
  }

  async staged(preview: ReturnType<typeof announcedFrom>, entry: RecordingEntry): Promise<void> {
    const { driveId, recordingId } = entry;
    const isCopy = this.#tools.journal
      .likelyCopies(entry)
      .some((other) => other.driveId === driveId && other.recordingId !== recordingId);
    const pending = isCopy ? [recordingId] : [];
    const docked = { type: 'docked', drive: this.#drive, dock: this.#dock, recordings: [preview], pending } as const;
    await this.#say(docked, this.#movedTo(recordingId, 'staged'));
  }

  async moved({ recordingId }: Pick<RecordingEntry, 'recordingId'>, state: State): Promise<void> {
    await this.#say(this.#movedTo(recordingId, state));
  }

  /** For those who watch: the state is told again by the manifest and the receipt, so that a failure here costs nothing. */
  tell(recordingId: RecordingId, state: State): void {
    this.moved({ recordingId }, state).catch((error: unknown) => {
      this.#tools.telemetry.warn('state.untold', { recordingId, state, error: messageOf(error) });
    });
  }

  #movedTo(recordingId: RecordingId, state: State): DockRecord {
    const { tenant, driveId, vehicleId } = this.#drive;
    return { type: 'moved', drive: { tenant, driveId, vehicleId }, recordingId, state };
  }

  async #say(...records: readonly DockRecord[]): Promise<void> {
    const { driveId } = this.#drive;
    const said = records.map((record) => ({ key: driveId, value: JSON.stringify(record) }));
    await this.#tools.log.publish(LogTopic.docks, said);
  }
}

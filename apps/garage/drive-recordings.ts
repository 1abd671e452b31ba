/**
 * The recordings of a drive that one dock holds, in the order in which they were begun: those that it cuts, those that stand
 * in a receipt already, and files whose bytes another file of the dock has too. It says what the closing manifest tells of.
 */
import type { DriveFacts, RecordingFacts } from '@pitlane/contracts/manifest';
import type { RecordingId } from '@pitlane/contracts/identity';
import type { Journal, RecordingEntry } from '@pitlane/ports/journal';
import { withBag } from './bag-folders.ts';
import type { LossResult } from './dock-result.ts';
import { withPaths } from './equal-files.ts';
import type { StagedFile } from './stage-file.ts';

export interface NotedRecording {
  readonly entry: RecordingEntry;
  /** It stood in a receipt before, or another file of the dock has its bytes. */
  readonly known: boolean;
}

export class DriveRecordings {
  /** Files that the metadata of a bag names and that are not here; known when the dock is closed. */
  readonly missing: LossResult[] = [];
  readonly #drive: DriveFacts;
  readonly #journal: Journal;
  readonly #files = new Map<RecordingId, StagedFile>();
  readonly #noted = new Map<RecordingId, NotedRecording>();
  /** Files whose bytes another file of this dock has too. */
  readonly #twins: StagedFile[] = [];

  constructor(drive: DriveFacts, journal: Journal) {
    this.#drive = drive;
    this.#journal = journal;
  }

  /** @returns whether another file of this dock has the same bytes, and stands for both */
  begin(file: StagedFile): { readonly twin: boolean } {
    const twin = this.#files.has(file.recordingId);
    if (twin) this.#twins.push(file);
    else this.#files.set(file.recordingId, file);
    return { twin };
  }

  /** What is known of it now. */
  note(entry: RecordingEntry, known: boolean): void {
    this.#noted.set(entry.recordingId, { entry, known });
  }

  file(recordingId: RecordingId): StagedFile | undefined {
    return this.#files.get(recordingId);
  }

  /** Every file of this dock with its recording, known ones too. */
  all(): readonly NotedRecording[] {
    const twins = this.#twins.flatMap(({ recordingId, inspected }) => {
      const same = this.#noted.get(recordingId);
      return same ? [{ entry: { ...same.entry, path: inspected.file.path }, known: true }] : [];
    });
    return [...this.#noted.values(), ...twins];
  }

  /** What was cut, and what was known but lies at paths that no manifest tells of; each with all of its paths. */
  toClose(): RecordingEntry[] {
    const told: RecordingEntry[] = [];
    const twins = new Map<RecordingId, string[]>(this.#twins.map(({ recordingId }) => [recordingId, []]));
    for (const { recordingId, inspected } of this.#twins) twins.get(recordingId)?.push(inspected.file.path);
    for (const { entry, known } of this.#noted.values()) {
      const further = twins.get(entry.recordingId);
      const paths = further ? [entry.path, ...further] : [];
      const recording = entry.cut && this.#withBag(withPaths(entry.cut.recording, paths));
      const isTold = recording === entry.cut?.recording;
      const whole = entry.cut && recording ? { ...entry, cut: { ...entry.cut, recording } } : entry;
      if (!known || !isTold) told.push(whole);
      this.note(whole, known);
    }
    return told;
  }

  /** The metadata of a bag tells of the files beside it. */
  #withBag(recording: RecordingFacts): RecordingFacts {
    const bag = this.file(recording.recordingId)?.inspected.bag;
    if (!bag) return recording;
    const before = this.#journal.recordingsOfDrive(this.#drive.tenant, this.#drive.driveId);
    const told = withBag(recording, bag, [...before, ...this.all().map(({ entry }) => entry)]);
    this.missing.push(...told.missing);
    return told.recording;
  }
}

/** Whose is what lies in spool and staging, by the journal. */
import { setImmediate } from 'node:timers/promises';
import type { DockEntry, Journal, RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { copiesOf, leadOf, type StagedFile } from './staged-copies.ts';

/** Of an entry what is asked for: there may be years of them. */
export type Owner = Pick<RecordingEntry, 'state' | 'path' | 'driveId'>;

/** Whether the cloud has signed for it. */
export const isSigned = ({ state }: Pick<RecordingEntry, 'state'>): boolean =>
  state === 'receipted' || state === 'retired';

export class Owners {
  readonly #docks: ReadonlyMap<string, DockEntry>;
  readonly #byFolder = new Map<string, Owner>();
  readonly #byCopy = new Map<string, Owner[]>();

  private constructor(docks: readonly DockEntry[]) {
    this.#docks = new Map(docks.map((dock) => [dock.dockId, dock]));
  }

  /** Reads all of the journal, and lets others have their turns meanwhile. */
  static async read(journal: Journal): Promise<Owners> {
    const owners = new Owners(journal.docks());
    let read = 0;
    for (const entry of journal.recordings()) {
      owners.#add(entry);
      if ((read += 1) % RECORDINGS_A_TURN === 0) await setImmediate();
    }
    return owners;
  }

  dock(dockId: string): DockEntry | undefined {
    return this.#docks.get(dockId);
  }

  ofFolder(folder: string): Owner | undefined {
    return this.#byFolder.get(folder);
  }

  #add(entry: RecordingEntry): void {
    const { state, path, driveId } = entry;
    const owner = { state, path, driveId };
    this.#byFolder.set(recordingFolder(entry), owner);
    for (const copy of copiesOf(entry)) this.#byCopy.set(keyOf(copy), [...this.ofCopy(copy), owner]);
  }

  /** Several, where a file was changed behind its beginning and docked again. */
  ofCopy(copy: StagedFile): readonly Owner[] {
    return this.#byCopy.get(keyOf(leadOf(copy))) ?? [];
  }
}

const RECORDINGS_A_TURN = 100;
const keyOf = ({ dockId, name }: StagedFile): string => `${dockId}/${name}`;

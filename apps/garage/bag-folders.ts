/**
 * What the metadata of a ROS 2 bag says of the files beside it, held against those that are here. Each file of a bag is a
 * recording of its own; the metadata tells which are missing, and that is told as a loss of the docking and as a note of
 * the metadata's own recording. A note and no loss in the catalog: the file may be on another disk of the car, and when
 * the folder is docked with it the note goes.
 */
import type { RecordingFacts } from '@pitlane/contracts/manifest';
import { type BagMetadata, type BagPart, candidatePaths } from '@pitlane/formats/rosbag2-metadata';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { LossResult } from './dock-result.ts';

/** Every note about a bag begins so: a later docking takes back what an earlier one told. */
const NOTE_BEGINS = 'the bag: ';
/** Of either kind; a recording has room for a hundred notes. */
const TOLD_MAX = 20;
const LOSSES_MAX = 1000;

export interface BagTold {
  readonly notes: readonly string[];
  readonly missing: readonly LossResult[];
}

/** A file that is here, or was docked before as part of the same drive. */
export interface HeldFile {
  readonly path: string;
  readonly isLog: boolean;
  readonly messages: number;
}

const heldFile = ({ path, format, cut }: Pick<RecordingEntry, 'path' | 'format' | 'cut'>): HeldFile => ({
  path,
  isLog: (cut?.recording.format ?? format) !== 'opaque',
  messages: cut?.recording.messages ?? 0,
});

/** The metadata's recording with what it says of its bag, at each path where it lies, and what is missing there. */
export function withBag(
  recording: RecordingFacts,
  bag: BagMetadata,
  entries: readonly Pick<RecordingEntry, 'path' | 'format' | 'cut'>[],
): { readonly recording: RecordingFacts; readonly missing: readonly LossResult[] } {
  const held = new Map(entries.map(heldFile).map((file) => [file.path, file]));
  const told = [recording.path, ...(recording.alsoAt ?? [])].map((path) => bagTold(bag, path, held));
  const notes = [...new Set(told.flatMap((one) => one.notes))];
  return { recording: withBagNotes(recording, notes), missing: told.flatMap(({ missing }) => missing) };
}

/** @param path where the metadata lies */
export function bagTold(bag: BagMetadata, path: string, held: ReadonlyMap<string, HeldFile>): BagTold {
  const found = bag.parts.map((part) => {
    const places = candidatePaths(path, bag.version, part.path);
    return { part, isOutside: places.length === 0, file: places.map((place) => held.get(place)).find(Boolean) };
  });
  const outside = found.filter(({ isOutside }) => isOutside);
  const missing = found.filter(({ file, isOutside }) => !file && !isOutside).map(({ part }) => part);
  const named = new Set(found.flatMap(({ file }) => (file ? [file.path] : [])));
  const others = [...held.values()].filter((file) => file.isLog && isBeside(file.path, path) && !named.has(file.path));
  const notes = [
    summaryOf(bag),
    ...bag.faults,
    ...some(missing, (part) => `${shown(part)} is not here${countText(part)}`),
    ...some(outside, ({ part }) => `${shown(part)} would lie outside of its folder and was not looked for`),
    ...some(others, (file) => `${nameOf(file.path)} lies beside it and is not named in it: it was read all the same`),
    ...some(found.filter(isMiscounted), ({ part, file }) => {
      return `${shown(part)} should have ${part.messages} messages and has ${file?.messages}`;
    }),
  ];
  return {
    notes: bag.parts.length + bag.faults.length > 0 ? notes.map((note) => `${NOTE_BEGINS}${note}`) : [],
    missing: missing.slice(0, LOSSES_MAX).map((part) => missingLoss(part, bag, path)),
  };
}

/** The recording with these notes about its bag and no others; the very same if it has just them. */
export function withBagNotes(recording: RecordingFacts, notes: readonly string[]): RecordingFacts {
  const had = recording.notes.filter((note) => note.startsWith(NOTE_BEGINS));
  if (had.length === notes.length && had.every((note, i) => note === notes[i])) return recording;
  return { ...recording, notes: [...recording.notes.filter((note) => !note.startsWith(NOTE_BEGINS)), ...notes] };
}

function missingLoss(part: BagPart, { topics, parts }: BagMetadata, path: string): LossResult {
  const number = parts.indexOf(part) + 1;
  return {
    path,
    reason: 'missing-part',
    text:
      `${shown(part)}, file ${number} of ${parts.length} of the bag, is not here${countText(part)}: ` +
      'look for it on the other disks of the car, then dock the folder whole',
    offset: 0,
    bytes: 0,
    keptIn: null,
    topics,
    startTime: part.startTimeNs?.toString() ?? null,
    endTime: part.endTimeNs?.toString() ?? null,
  };
}

function summaryOf({ version, storage, compressionFormat, compressionMode, parts }: BagMetadata): string {
  const compression = compressionMode === '' ? '' : `, compressed by ${compressionMode} with ${compressionFormat}`;
  return `version ${version}, ${storage}${compression}, ${parts.length} files`;
}

const isMiscounted = ({ part, file }: { part: BagPart; file: HeldFile | undefined }): boolean =>
  file !== undefined && part.messages !== undefined && part.messages !== file.messages;

const isBeside = (path: string, metadataPath: string): boolean => folderOf(path) === folderOf(metadataPath);

/** A name from a hostile file, on one line. */
const shown = ({ path }: BagPart): string =>
  /^[\w./ ~+-]{1,200}$/.test(path) ? path : JSON.stringify(path.slice(0, 200));
const countText = ({ messages }: BagPart): string =>
  messages === undefined ? '' : `, with ${messages} messages in it`;
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

function some<T>(items: readonly T[], text: (item: T) => string): string[] {
  const told = items.slice(0, TOLD_MAX).map(text);
  return items.length > TOLD_MAX ? [...told, `and ${items.length - TOLD_MAX} more like these`] : told;
}

/** Carries a restore out: opaque files byte for byte, logs by their digests, unread ranges beside them. */
import { createReadStream } from 'node:fs';
import { PitlaneError } from '@pitlane/base/errors';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { DecodeTools } from '../objects/inner-messages.ts';
import { damaged, ObjectBytes } from '../objects/object-bytes.ts';
import { innerMessagesOf } from '../objects/object-messages.ts';
import { OutputFile } from '../export/output-file.ts';
import type { RawObject, RecordingRestorePlan, RestorePlan, RestoredName } from './plan-restore.ts';
import { restoreLog } from './restore-log.ts';
import { RestoredFile } from './restored-file.ts';

/** For the blocks that are read; each stream of a window holds an inner chunk beside. */
const READ_BUDGET_BYTES = 64 * 1024 * 1024;

export interface RestoreDeps extends DecodeTools {
  readonly store: ObjectStore;
  readonly compressor: ChunkCompressor;
  /** Nothing is written outside of this folder. */
  readonly outputFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onFile?: ((file: RestoredEntry) => void) | undefined;
}

export interface RestoredEntry {
  readonly path: string;
  readonly bytes: number;
  /** Byte for byte what lay on the disk of the car, by SHA-256. */
  readonly exact: boolean;
  /** Why it is not named as on the disk of the car; absent when it is. */
  readonly renamed?: string;
  /** The recording's path in the catalog, where the file could not have that name. */
  readonly originalPath?: string;
}

export interface RestoreResult {
  readonly files: readonly RestoredEntry[];
  /** Sentences: what came out of the store and is not what the catalog promised. */
  readonly faults: readonly string[];
  readonly requests: number;
}

export async function runRestore(plan: RestorePlan, deps: RestoreDeps): Promise<RestoreResult> {
  const bytes = new ObjectBytes(deps.store, READ_BUDGET_BYTES, deps.signal);
  const files: RestoredEntry[] = [];
  const faults: string[] = [];
  const keep = (entry: RestoredEntry, { renamed, originalPath }: Partial<RestoredName> = {}): void => {
    const said = { ...entry, ...(renamed && { renamed }), ...(originalPath && { originalPath }) };
    files.push(said);
    deps.onFile?.(said);
  };
  for (const recording of plan.recordings) {
    const [name, ...others] = recording.names;
    if (recording.opaque) {
      const restored = await restoreOpaque(recording, recording.opaque, bytes, deps);
      const { entry } = restored;
      keep(entry, name);
      for await (const copy of copies(restored, recording.alsoAt, deps)) keep(copy, others.shift());
      if (!entry.exact) faults.push(`${entry.path}: its bytes do not give the SHA-256 of the recording`);
    } else if (recording.log) {
      const restored = await restoreOne(recording.path, deps, async (file) => {
        const output = new OutputFile(file.append, deps.crc32, deps.compressor);
        try {
          return await restoreLog(recording.log as NonNullable<typeof recording.log>, bytes, deps, output);
        } finally {
          await output.settle();
        }
      });
      const { entry, problems } = restored;
      keep(entry, name);
      for await (const copy of copies(restored, recording.alsoAt, deps)) keep(copy, others.shift());
      for (const problem of problems) faults.push(`${entry.path}: ${problem}`);
    }
    for await (const entry of restoreUnread(recording, bytes, deps)) keep(entry);
  }
  return { files, faults, requests: bytes.requests };
}

interface Restored {
  readonly entry: RestoredEntry;
  readonly problems: readonly string[];
  readonly sha256: string;
}

/** What was just restored, at the further paths where it lay: from this disk, not from the store once more. */
async function* copies({ entry, sha256 }: Restored, paths: readonly string[], deps: RestoreDeps) {
  for (const path of paths) {
    const copy = await restoreOne(path, deps, async (file) => {
      for await (const part of createReadStream(entry.path)) await file.append([part as Uint8Array]);
      return [];
    });
    if (copy.sha256 !== sha256) {
      throw new PitlaneError('changed-while-read', `${entry.path} was changed while it was copied: restore once more`);
    }
    yield { ...copy.entry, exact: entry.exact };
  }
}

async function restoreOne(
  relative: string,
  { outputFolder }: RestoreDeps,
  write: (file: RestoredFile) => Promise<string[]>,
): Promise<Restored> {
  const file = await RestoredFile.create(outputFolder, relative);
  let problems: string[];
  try {
    problems = await write(file);
  } catch (error) {
    await file.discard();
    throw error;
  }
  const sha256 = await file.finish();
  return { entry: { path: file.path, bytes: file.bytes, exact: false }, problems, sha256 };
}

async function restoreOpaque(
  { path, recordingId, sha256 }: RecordingRestorePlan,
  objects: readonly RawObject[],
  bytes: ObjectBytes,
  deps: RestoreDeps,
): Promise<Restored> {
  const { entry, ...restored } = await restoreOne(path, deps, async (file) => {
    for await (const slice of slicesOf(objects, bytes, deps)) await file.append([slice]);
    return [];
  });
  return { ...restored, entry: { ...entry, exact: restored.sha256 === (sha256 ?? recordingId) } };
}

/** The unread chunks are the ranges one behind another; each range becomes a file of its own. */
async function* restoreUnread(
  { path, unread }: RecordingRestorePlan,
  bytes: ObjectBytes,
  deps: RestoreDeps,
): AsyncGenerator<RestoredEntry> {
  if (unread.ranges.length === 0) return;
  const slices = slicesOf(unread.objects, bytes, deps);
  let left: Uint8Array = new Uint8Array(0);
  try {
    for (const [offset, rangeBytes] of unread.ranges) {
      const { entry } = await restoreOne(`${path}.unread/${offset}-${rangeBytes}.bin`, deps, async (file) => {
        while (file.bytes < rangeBytes) {
          if (left.byteLength === 0) {
            const next = await slices.next();
            if (next.done) {
              throw new PitlaneError(
                'corrupt-input',
                `the unread bytes of ${path} end before byte ${offset + rangeBytes}`,
              );
            }
            left = next.value;
          }
          const part = left.subarray(0, rangeBytes - file.bytes);
          left = left.subarray(part.byteLength);
          await file.append([part]);
        }
        return [];
      });
      yield { ...entry, exact: true };
    }
  } finally {
    await slices.return(undefined);
  }
}

/** The data of all messages, in order; the sequence of each is its number in its chunk. */
async function* slicesOf(
  objects: readonly RawObject[],
  bytes: ObjectBytes,
  deps: RestoreDeps,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const [name, size] of objects) {
    const object = await bytes.open(name, size);
    let sequence = 0;
    for await (const messages of innerMessagesOf(object, new Int32Array(1), bytes, deps)) {
      for (let i = 0; i < messages.count; i += 1) {
        if (messages.sequences[i] !== sequence) throw damaged(name, `slice ${sequence} is missing`);
        sequence += 1;
        yield messages.dataOf(i);
      }
    }
    bytes.close(object);
  }
}

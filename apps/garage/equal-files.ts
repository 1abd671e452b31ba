/** Files with equal bytes in one docking: one recording, which keeps every path at which it lay. */
import { type RecordingFacts, twinNote } from '@pitlane/contracts/manifest';

/** The recording with these paths too; the very same if it has them all. */
export function withPaths(recording: RecordingFacts, paths: readonly string[]): RecordingFacts {
  const known = new Set([recording.path, ...(recording.alsoAt ?? [])]);
  const further = [...new Set(paths)].filter((path) => !known.has(path));
  if (further.length === 0) return recording;
  return {
    ...recording,
    alsoAt: [...(recording.alsoAt ?? []), ...further].sort(),
    notes: [...recording.notes, ...further.map(twinNote)],
  };
}

/** The notes as they read at one of the paths: all at the recording's own, at the others where its own is. */
export const notesAt = ({ path: own, alsoAt, notes }: RecordingFacts, path: string): readonly string[] =>
  alsoAt === undefined || path === own ? notes : [twinNote(own)];

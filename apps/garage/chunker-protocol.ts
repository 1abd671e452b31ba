/** What the garage and its chunker process say to each other, as structured clones. */
import type { PlainError } from '@pitlane/base/errors';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { ReadLimits } from '@pitlane/formats/recording';
import type { Inspected } from '@pitlane/stages/20-inspect';
import type { MadePreview, PreviewJob } from '@pitlane/stages/35-preview';
import type { ChunkEvent, ChunkJob } from '@pitlane/stages/40-chunk';

export interface ChunkerJob extends ChunkJob {
  /** The docked folder, or the staged copy's folder, and the file in it. */
  readonly root: string;
  readonly path: string;
  /** The version of the file that was staged; null for a copy of our own. */
  readonly version: string | null;
  /** Files that it is read together with: by the endings of their names beside its own, and their versions. */
  readonly beside: readonly FileBeside[];
  /** A format's name, or `opaque`. */
  readonly format: string;
  readonly spoolRoot: string;
  readonly limits: ReadLimits;
}

export interface FileBeside {
  /** What its name has behind that of the recording. */
  readonly ending: string;
  readonly version: string | null;
}

/** Several files, so that a disk of many small ones costs no round trip each. */
export interface InspectJob {
  /** The docked folder, and files in it. */
  readonly root: string;
  readonly paths: readonly string[];
  /** By path: endings of docked files that may have to be read together with it; absent where there are none. */
  readonly endings?: Readonly<Record<string, readonly string[]>>;
  readonly limits: ReadLimits;
}

/** A few messages of a recording, for a first look. */
export interface PreviewTask extends PreviewJob {
  /** The docked folder, or that of the copy; `path` is how the recording is called in the drive. */
  readonly root: string;
  readonly file: string;
  /** A format's name. */
  readonly format: string;
  /** Endings of files that it is read together with. */
  readonly endings: readonly string[];
  readonly spoolRoot: string;
  readonly limits: ReadLimits;
}

export type ChunkerTask =
  | { readonly kind: 'chunk'; readonly job: ChunkerJob }
  | { readonly kind: 'inspect'; readonly job: InspectJob }
  | { readonly kind: 'preview'; readonly job: PreviewTask };

/** To a process that cuts: pause behind the chunk that is sealed next, or go on. A task begins unpaused. */
export type PauseWord = 'pause' | 'go on';

/** What the garage says. */
export type ChunkerWord = ChunkerTask | PauseWord | 'taken';

/** What stage 20 finds, with the format's name in place of the format. */
export interface InspectedPath extends Omit<Inspected, 'format'> {
  /** A format's name, or `opaque`. */
  readonly format: string;
  /** What its index says of its topics, where it has one. */
  readonly evidence?: RecordingEvidence;
}

export type InspectEvent =
  /** A log was recognised; nothing of it was decoded yet, so that this much is known should decoding fail. */
  | { readonly type: 'recognised'; readonly file: InspectedPath }
  /** The next file of the job, in their order. */
  | { readonly type: 'inspected'; readonly file: InspectedPath };

export type ChunkerAnswer =
  /** It gets on, and may now be silent for so much CPU of honest work, as when it decodes a large chunk. */
  | { readonly type: 'alive'; readonly honestMs: number }
  /** It was told to pause, has come to a chunk boundary, and says nothing until it may go on. */
  | { readonly type: 'paused' }
  | { readonly type: 'event'; readonly event: ChunkEvent }
  | { readonly type: 'inspect-event'; readonly event: InspectEvent }
  | { readonly type: 'preview'; readonly made: MadePreview }
  | { readonly type: 'done' }
  /** All events so far are void: the file lands byte for byte. */
  | { readonly type: 'land-opaque'; readonly reason: string }
  | ({ readonly type: 'failed' } & PlainError);

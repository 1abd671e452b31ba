/** Which object names this store takes, and where the files of a name lie below the root. */
import { PitlaneError } from '@pitlane/base/errors';

export const SIDECAR_FOLDER = '.meta';
export const TEMPORARY_FOLDER = '.tmp';
const NAME_MAX_BYTES = 1024;
/** What file systems take in one segment, less the ending and the mark that a sidecar's path adds. */
const SEGMENT_MAX_BYTES = 255 - '.json~'.length;

/** Paths relative to the root; a folder is '' for the root itself. */
export interface ObjectPlace {
  readonly name: string;
  readonly folder: string;
  readonly sidecarFolder: string;
  readonly sidecarFile: string;
}

/** The place of `name`, or `bad-usage` for a name that could leave the root, hide, or mean two things. */
export function placeOf(name: string): ObjectPlace {
  const fault = faultOf(name);
  if (fault !== undefined) {
    throw new PitlaneError('bad-usage', `object name ${JSON.stringify(name)} ${fault}: choose another name`);
  }
  const segments = name.split('/');
  const leaf = segments.pop() as string;
  const sidecarFolder = [SIDECAR_FOLDER, ...segments.map(sidecarSegment)].join('/');
  return { name, folder: segments.join('/'), sidecarFolder, sidecarFile: `${sidecarFolder}/${leaf}.json` };
}

/** Whether `segment` may stand in a name: what is not is never listed either. */
export function isSegment(segment: string): boolean {
  return segmentFault(segment) === undefined;
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > NAME_MAX_BYTES) return `is longer than ${NAME_MAX_BYTES} bytes`;
  for (const segment of name.split('/')) {
    const fault = segmentFault(segment);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'has an empty segment';
  if (segment.startsWith('.')) return 'has a segment that begins with a dot';
  if (/[\u0000\r\n]/.test(segment)) return 'holds a NUL or a line break';
  // A lone surrogate would be written as U+FFFD, and two names would share one file.
  if (/[\uD800-\uDFFF\uFFFD]/u.test(segment)) return 'is not well-formed Unicode';
  if (Buffer.byteLength(segment) > SEGMENT_MAX_BYTES) return `has a segment over ${SEGMENT_MAX_BYTES} bytes`;
  return undefined;
}

/** A folder `a.json` would meet the sidecar of an object `a`; a mark keeps them apart. */
function sidecarSegment(segment: string): string {
  return /\.json~*$/.test(segment) ? `${segment}~` : segment;
}

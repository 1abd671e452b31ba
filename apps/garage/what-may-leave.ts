/** What of a docked file may leave the garage: the garage's own rule and what was asked of the dock, together. */
import { PitlaneError } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import {
  bothFilters,
  EVERY_TOPIC,
  filterText,
  isOpen,
  type TopicFilter,
  topicFilterFrom,
  WITHHELD,
} from '@pitlane/contracts/topic-filter';
import type { DockEntry, RecordingEntry } from '@pitlane/ports/journal';
import type { DockRequest, LossResult } from './dock-result.ts';
import type { InspectedFile } from './drive-identity.ts';

/** The garage's own rule always holds beside what is asked. Errors: `bad-usage`. */
export const filterAsked = (request: Pick<DockRequest, 'topics' | 'exclude'>, own: TopicFilter): TopicFilter =>
  bothFilters(own, topicFilterFrom(request));

/** Of a dock that is run, perhaps after a restart under another rule of the garage. */
export const filterOfDock = ({ filter = EVERY_TOPIC }: Pick<DockEntry, 'filter'>, own: TopicFilter): TopicFilter =>
  bothFilters(own, filter);

/**
 * The dock's filter, where it bears on this file; undefined for a file that leaves as it is. A file of no known format has no
 * topics: under a list of what alone may leave it stays, and under excludes it leaves, unless its name is that of a log,
 * which may be one that is too damaged to be known, or a journal of one.
 */
export function filterForFile(
  { file, format }: Pick<InspectedFile, 'file' | 'format'>,
  filter: TopicFilter,
  sidecarPath: string,
): TopicFilter | undefined {
  if (isOpen(filter) || file.path === sidecarPath) return undefined;
  return format || filter.topics.length > 0 || NAMED_AS_LOG.test(file.path) ? filter : undefined;
}

const NAMED_AS_LOG =
  /(\.(mcap|bag|db3|sqlite3?|ulg|ubx|nmea|gpx|rlog|qlog|candump)|(^|[/-])[rq]log)([._-](orig|active|wal|journal|shm|zst|zstd|bz2|lz4|gz|xz))*$/i;

/** A file of which nothing leaves, because it has no topics that could be told apart. */
export const staysWhole = ({ filter, format }: Pick<RecordingEntry, 'filter' | 'format'>): boolean =>
  filter !== undefined && format === 'opaque';

/** The same recording with two filters would be two sets of chunks under one name. */
export function refuseOtherFilter(
  before: Pick<RecordingEntry, 'filter'> | undefined,
  now: TopicFilter | undefined,
  path: string,
): void {
  if (!before) return;
  const [then, wanted] = [before.filter, now].map((filter = EVERY_TOPIC) => filterText(filter) || 'every topic');
  if (then === wanted) return;
  throw new PitlaneError(
    'refused',
    `${path} was docked before as: ${then}; now it is to be: ${wanted}. A recording keeps the filter that it was first docked with: dock it with that, or under another drive id`,
  );
}

/** Whether bytes of it stay on the disk because of a filter: by its topic, whole, or as part of a damaged place. */
const isWithheld = ({ reason, bytes, keptIn }: Pick<LossResult, 'reason' | 'bytes' | 'keptIn'>): boolean =>
  reason === WITHHELD || (bytes > 0 && keptIn === null && reason !== 'unreadable');

export const holdsWithheld = ({ cut, filter }: Pick<RecordingEntry, 'cut' | 'filter'>): boolean =>
  filter !== undefined && (cut?.losses.some(isWithheld) ?? false);

/** In short, as "2 topics, 1 file"; null where nothing was withheld. */
export function withheldText(losses: readonly LossResult[]): string | null {
  const withheld = losses.filter(isWithheld);
  const topics = new Set(withheld.flatMap(({ reason, topics: own }) => (reason === WITHHELD ? own : [])));
  const files = withheld.filter(({ reason, bytes }) => reason === WITHHELD && bytes > 0);
  const parts = withheld.filter(({ reason }) => reason !== WITHHELD);
  const said = [
    ...(topics.size > 0 ? [counted(topics.size, 'topic')] : []),
    ...(files.length > 0 ? [counted(files.length, 'file')] : []),
    ...(parts.length > 0 ? [counted(parts.length, 'damaged part')] : []),
  ];
  return said.length > 0 ? said.join(', ') : null;
}

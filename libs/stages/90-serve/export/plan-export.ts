/** Plans an export: which objects hold anything of the slice, asked of the catalog alone. */
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog } from '@pitlane/ports/catalog';
import { activeRecordings, channelRows, chunkRows, chunkTopicRows, driveRow } from '../catalog-rows.ts';
import type { ExportPlan } from './export-plan.ts';
import { type ExportRequest, Planned } from './planned-objects.ts';
import { topicsFrom } from './topic-glob.ts';

/** @param knownTopics beside those that have channels: a topic of which nothing has landed may be asked for too */
export async function planExport(
  catalog: Pick<Catalog, 'query'>,
  request: ExportRequest,
  knownTopics: Iterable<string> = [],
): Promise<ExportPlan> {
  const { startNs, endNs } = request;
  if (startNs !== undefined && endNs !== undefined && endNs <= startNs) {
    throw new PitlaneError('bad-usage', `the range [${startNs}, ${endNs}) is empty: its end must lie behind its start`);
  }
  const drive = await driveRow(catalog, request);
  const recordings = await activeRecordings(catalog, request);
  const active = new Set(recordings.map(({ recordingId }) => recordingId));
  const channels = (await channelRows(catalog, request)).filter(({ recordingId }) => active.has(recordingId));
  const globs = request.topics ?? [];
  const known = new Set([...channels.map(({ topic }) => topic), ...knownTopics]);
  const topics = globs.length > 0 ? topicsFrom(globs, known, request.driveId) : undefined;
  const chunks = await chunkRows(catalog, request);
  const planned = new Planned(request, topics, recordings, channels, chunks);
  for (const { recordingId } of recordings) {
    await planned.addRecording(recordingId, chunkTopicRows(catalog, request, recordingId));
  }
  const profiles = new Set(recordings.filter(({ format }) => format !== 'opaque').map(({ profile }) => profile));
  return {
    version: 1,
    tenant: request.tenant,
    driveId: request.driveId,
    driveState: drive.state,
    profile: profiles.size === 1 ? ([...profiles][0] as string) : '',
    startNs: startNs?.toString() ?? null,
    endNs: endNs?.toString() ?? null,
    byTopic: topics !== undefined,
    ...planned.result(),
  };
}

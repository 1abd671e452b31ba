/** What the catalog is told of a recording before it is read whole. */
import type { RecordingId } from '@pitlane/contracts/identity';
import type { RecordingPreview } from '@pitlane/contracts/records';
import type { InspectedFile } from './drive-identity.ts';

export function announcedFrom(
  { file, format, headSha256, inspection }: InspectedFile,
  recordingId: RecordingId,
): RecordingPreview {
  return {
    recordingId,
    path: file.path,
    format: format?.name ?? 'opaque',
    bytes: file.bytes,
    headSha256,
    startTime: inspection?.startTimeNs?.toString() ?? null,
    endTime: inspection?.endTimeNs?.toString() ?? null,
    messages: inspection?.messages ?? null,
    topics: (inspection?.topics ?? []).map(({ topic, schemaName, messages }) => ({
      topic,
      schemaName,
      messages: messages ?? null,
    })),
  };
}

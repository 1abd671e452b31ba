/** Previews, as their objects say what they are. */
import { type EventOf, type RowSink, ofDrive, sortedOnce, timeFromText } from './cells.ts';

export function writePreviewObject(event: EventOf<'preview-object'>, seq: number | bigint, sink: RowSink): void {
  const { preview, object, stored } = event;
  sink('preview_object_events', [
    ...ofDrive(event, seq),
    preview.previewId,
    preview.headSha256,
    preview.path,
    preview.sourceBytes,
    preview.readBytes,
    sortedOnce(preview.topics),
    timeFromText(preview.startTime),
    timeFromText(preview.endTime),
    preview.messages,
    preview.frames,
    preview.notes,
    object,
    stored.bytesStored,
    stored.generation,
    stored.crc32c,
  ]);
}

/** Events as rows of the event tables: one event is one row, a chunk also one row for each channel inside. */
import { STATES } from '../../records/index.ts';
import type { CatalogEvent } from '../events.ts';
import { ofRecording, type RowSink } from './cells.ts';
import { writeChunk, writeLoss } from './chunks.ts';
import { writeDerivation } from './derivations.ts';
import { writeDataset, writeSampleRun, writeShard, writeShardBuilt } from './datasets.ts';
import { writeChannel, writeDock, writePreview, writeRecording } from './drives.ts';
import { writeAnnotation, writeCorrection, writeSidecarEvents } from './notes.ts';
import { writePreviewObject } from './previews.ts';
import { writeMatrixResult } from './matrix.ts';
import { writeReceipt } from './receipts.ts';
import { writeFinding, writeVerdict } from './verdicts.ts';

export { idFromHex, type RowSink } from './cells.ts';

export function writeEvent(event: CatalogEvent, seq: number | bigint, sink: RowSink): void {
  switch (event.type) {
    case 'dock':
      writeDock(event, seq, sink);
      return writeSidecarEvents(event, seq, sink);
    case 'preview':
      return writePreview(event, seq, sink);
    case 'state':
      return sink('state_events', [...ofRecording(event, seq, event.recordingId), STATES.indexOf(event.state)]);
    case 'recording':
      return writeRecording(event, seq, sink);
    case 'chunk-set':
      return sink('chunk_set_events', [...ofRecording(event, seq, event.recordingId), event.state, event.by]);
    case 'channel':
      return writeChannel(event, seq, sink);
    case 'chunk':
      return writeChunk(event, seq, sink);
    case 'loss':
      return writeLoss(event, seq, sink);
    case 'preview-object':
      return writePreviewObject(event, seq, sink);
    case 'derivation':
      return writeDerivation(event, seq, sink);
    case 'verdict':
      return writeVerdict(event, seq, sink);
    case 'finding':
      return writeFinding(event, seq, sink);
    case 'annotation':
      return writeAnnotation(event, seq, sink);
    case 'correction':
      return writeCorrection(event, seq, sink);
    case 'receipt':
      return writeReceipt(event, seq, sink);
    case 'dataset':
      return writeDataset(event, seq, sink);
    case 'shard':
      return writeShard(event, seq, sink);
    case 'shard-built':
      return writeShardBuilt(event, seq, sink);
    case 'sample-run':
      return writeSampleRun(event, seq, sink);
    case 'matrix-result':
      return writeMatrixResult(event, seq, sink);
  }
}

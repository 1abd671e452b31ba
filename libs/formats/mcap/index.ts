/**
 * Reads MCAP, the format of most recordings that come in, at the level of its records and in the order of its bytes. It
 * stands behind the `RecordingFormat` face at the head of the flow, with its own parser, so that every byte has an offset
 * and reading goes on behind damage. It never decompresses, allocates or believes what passes a cap.
 */
import { plainMessages } from '../compressed-messages/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { findMcapPieces } from './find-pieces.ts';
import { inspectMcap } from './inspect.ts';
import { MAGIC } from './opcodes.ts';
import { readMcap } from './reading.ts';
import { readMcapTimes } from './read-times.ts';

export const mcap: RecordingFormat = {
  name: 'mcap',
  recognises: (head) => head.byteLength >= MAGIC.byteLength && MAGIC.every((byte, i) => head[i] === byte),
  inspect: inspectMcap,
  readTimes: readMcapTimes,
  findPieces: findMcapPieces,
  read: (source, tools) => plainMessages(readMcap(source, tools), tools),
};

export { InnerChunk, type InnerChunkMessage } from './write-inner-chunk.ts';
export {
  type Append,
  type Crc32,
  type FileChannel,
  type FileSchema,
  type FinishedInnerChunk,
  McapFileWriter,
} from './write-file.ts';
export {
  type AttachmentFields,
  channelRecord,
  MESSAGE_OVERHEAD_BYTES,
  schemaRecord,
  writeMessage,
} from './write-records.ts';
export { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';

/**
 * Reads MCAP, the format of most recordings that come in, at the level of its records and in the order of its bytes. It
 * stands behind the `RecordingFormat` face at the head of the flow, with its own parser, so that every byte has an offset
 * and reading goes on behind damage. It never decompresses, allocates or believes what passes a cap.
 */
import type { RecordingFormat } from '../recording/index.ts';
import { inspectMcap } from './inspect.ts';
import { MAGIC } from './opcodes.ts';
import { Reading } from './reading.ts';

export const mcap: RecordingFormat = {
  name: 'mcap',
  recognises: (head) => head.byteLength >= MAGIC.byteLength && MAGIC.every((byte, i) => head[i] === byte),
  inspect: inspectMcap,
  read: (source, tools) => new Reading(source, tools).batches(),
};

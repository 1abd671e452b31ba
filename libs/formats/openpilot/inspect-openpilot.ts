/** Says what is in a log, which has no index, from its beginning. */
import { inspectByReading } from '../lines/index.ts';
import type { ByteSource, Inspection, ReadTools, RecordingEvent } from '../recording/index.ts';
import { readOpenpilot } from './read-openpilot.ts';

export async function inspectOpenpilot(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  let version = '';
  async function* read(part: ByteSource, partTools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
    for await (const batch of readOpenpilot(part, partTools)) {
      for (const event of batch) {
        if (event.kind === 'metadata') version ||= event.metadata.entries.get('version') ?? '';
      }
      yield batch;
    }
  }
  const inspection = await inspectByReading(read, source, tools);
  return { ...inspection, profile: 'openpilot', library: `openpilot ${version}`.trim() };
}

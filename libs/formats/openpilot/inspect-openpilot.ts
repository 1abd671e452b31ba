/** Says what is in a log, which has no index, from its beginning. */
import { inspectByReading } from '../inspect-by-reading/index.ts';
import type { ByteSource, Inspection, ReadTools } from '../recording/index.ts';
import { readOpenpilot } from './read-openpilot.ts';

export async function inspectOpenpilot(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  let version = '';
  const inspection = await inspectByReading(readOpenpilot, source, tools, (event) => {
    if (event.kind === 'metadata') version ||= event.metadata.entries.get('version') ?? '';
  });
  return { ...inspection, profile: 'openpilot', library: `openpilot ${version}`.trim() };
}

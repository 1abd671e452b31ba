/**
 * Says what is in a ULog from its first MiB: there is no index, so counts and the end stay unknown.
 */
import { MIB } from '@pitlane/base/bytes';
import { inspectHead } from '../inspect-by-reading/index.ts';
import type { ByteSource, Inspection, ReadTools } from '../recording/index.ts';
import { readUlog } from './read-ulog.ts';

const HEAD_BYTES = MIB;

/** Later starts are not believed: nanoseconds in 64 bits cannot say them. */
const START_US_END = (1n << 64n) / 1000n;

/** The metadata that an inspection is made of. */
const told = new Set(['ulog.header', 'ulog.info']);

export async function inspectUlog(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  const info = new Map<string, string>();
  const inspection = await inspectHead(readUlog, source, tools, HEAD_BYTES, (event) => {
    if (event.kind !== 'metadata' || !told.has(event.metadata.name)) return;
    for (const [key, value] of event.metadata.entries) info.set(key, value);
  });
  const library = [info.get('sys_name'), info.get('ver_sw')].filter((text) => text !== undefined).join(' ');
  const startUs = BigInt(info.get('timestamp_us') ?? 0n);
  const startTimeNs = startUs > 0n && startUs < START_US_END ? startUs * 1000n : undefined;
  return { ...inspection, profile: 'px4', library, startTimeNs };
}

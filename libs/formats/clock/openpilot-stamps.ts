/** Wall times in openpilot's logs, whose own times count from the start of the device: what the device took for UTC. */
import { wallTimeNs } from '../openpilot/index.ts';
import type { Channel } from '../recording/index.ts';
import type { StampReader } from './stamp-reader.ts';

/** The only members of an event that say it. */
const SAYING = new Set(['initData', 'boot', 'clocks']);

export function openpilotStamps({ messageEncoding, metadata }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'capnp' || metadata.get('schema') !== 'cereal/log.capnp') return [];
  if (!SAYING.has(metadata.get('member') ?? '')) return [];
  const member = Number(metadata.get('discriminant'));
  return [{ source: 'reference', read: (data) => wallTimeNs(data, member) }];
}

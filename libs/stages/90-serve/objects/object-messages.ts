/** All messages of an object in the order in which they stand there, one inner chunk after another. */
import { type DecodeTools, decodeInner, type InnerMessages, innerMessagesFrom } from './inner-messages.ts';
import type { ObjectBytes, OpenObject } from './object-bytes.ts';

/** @param outputOf by channel id of the object; -1 for what is passed over. */
export async function* innerMessagesOf(
  object: OpenObject,
  outputOf: Int32Array,
  bytes: ObjectBytes,
  tools: DecodeTools,
): AsyncGenerator<InnerMessages> {
  const filter = { outputOf, topicRankOf: new Int32Array(0), startNs: undefined, endNs: undefined };
  for (const place of object.index.inners) {
    const record = await bytes.inner(object, place, object.index.inners);
    yield innerMessagesFrom(object.name, place, decodeInner(object.name, place, record, tools), filter);
  }
}

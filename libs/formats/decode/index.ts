/**
 * Makes objects of messages, by what their channel says of itself. It stands beside the formats, for whoever reads single
 * fields: signals, positions. It never changes a byte, and never believes a length: schema and message are judged before a
 * library sees them, so that the work follows from the bytes that are there. Libraries are loaded when they are needed.
 */
import type { Decoder, EncodedChannel } from './decoder.ts';
import { SCHEMA_BYTES_MAX, tooLarge } from './decoder.ts';

export type { Decoded, Decoder, EncodedChannel } from './decoder.ts';

/** By message encoding. A function is imported when a channel wants it. */
const MAKERS: Readonly<Record<string, (channel: EncodedChannel) => Promise<Decoder | undefined>>> = {
  ros1: async (channel) => (await import('./ros.ts')).ros1Decoder(channel),
  cdr: async (channel) => (await import('./ros.ts')).cdrDecoder(channel),
  protobuf: async (channel) => (await import('./protobuf.ts')).protobufDecoder(channel),
  json: async (channel) => (await import('./json.ts')).jsonDecoder(channel),
  ulog: async (channel) => (await import('./ulog.ts')).ulogDecoder(channel),
  nmea: async () => (await import('./nmea.ts')).nmeaDecoder,
  ubx: async () => (await import('./ubx.ts')).ubxDecoder,
};

/**
 * The decoder of a channel's messages; undefined where nothing here knows its encoding. Throws a coded error where the
 * schema is damaged or hostile.
 */
export async function decoderOf(channel: EncodedChannel): Promise<Decoder | undefined> {
  const { messageEncoding, schemaData } = channel;
  if (!Object.hasOwn(MAKERS, messageEncoding)) return undefined;
  const bytes = schemaData.byteLength;
  if (bytes > SCHEMA_BYTES_MAX) throw tooLarge('a schema', bytes, SCHEMA_BYTES_MAX);
  return MAKERS[messageEncoding]?.(channel);
}

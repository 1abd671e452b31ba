/**
 * Messages as lines of JSON. What is JSON already stands there as it is, digit by digit; what a schema explains is decoded;
 * pictures, clouds of points, large messages and all else are base64.
 */
import { KIB } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import { type Decoder, decoderOf } from '@pitlane/formats/decode';
import type { MergedChannel, MergedMessage } from '../export/merged-messages.ts';
import { isBulky, plainValue } from '../objects/plain-json.ts';

/** As text, a larger one is of no use to a person, and a program is better served by MCAP. */
const DECODED_BYTES_MAX = 64 * KIB;

/** A definition without fields would make an empty object of any bytes. */
const EXPLAIN_THEMSELVES: ReadonlySet<string> = new Set(['nmea', 'ubx']);

const utf8 = new TextDecoder('utf-8', { fatal: true });

export class MessageLines {
  /** By number in the plan; null where messages stay as they are. */
  readonly #decoders = new Map<number, Decoder | null>();

  /** Loads what decodes the channels of these messages, which are then told line by line. */
  async prepare(messages: readonly MergedMessage[]): Promise<void> {
    for (const { channel } of messages) {
      if (!this.#decoders.has(channel.index)) this.#decoders.set(channel.index, await decoderFor(channel));
    }
  }

  lineOf({ channel, sequence, logTimeNs, publishTimeNs, data }: MergedMessage): string {
    const { topic, messageEncoding: encoding, schemaName } = channel;
    const about = {
      topic,
      logTime: String(logTimeNs),
      publishTime: String(publishTimeNs),
      sequence,
      schema: schemaName,
      encoding,
    };
    const decode = this.#decoders.get(channel.index) ?? undefined;
    const json = encoding === 'json' ? jsonOf(data) : decode && decodedOf(data, decode);
    const content = json === undefined ? `"data":"${Buffer.from(data).toString('base64')}"` : `"message":${json}`;
    return `${JSON.stringify(about).slice(0, -1)},${content}}\n`;
  }
}

async function decoderFor({ messageEncoding, schemaName, schema }: MergedChannel): Promise<Decoder | null> {
  if (messageEncoding === 'json' || isBulky(schemaName)) return null;
  const { encoding: schemaEncoding = '', data: schemaData = new Uint8Array() } = schema ?? {};
  if (schemaData.byteLength === 0 && !EXPLAIN_THEMSELVES.has(messageEncoding)) return null;
  try {
    return (await decoderOf({ messageEncoding, schemaName: schemaName ?? '', schemaEncoding, schemaData })) ?? null;
  } catch (error) {
    return onlyDamage(error) ?? null;
  }
}

/** A message that is not what its schema says stays as it is. */
function decodedOf(data: Uint8Array, decode: Decoder): string | undefined {
  if (data.byteLength > DECODED_BYTES_MAX) return undefined;
  try {
    return JSON.stringify(decode(data), plainValue);
  } catch (error) {
    return onlyDamage(error);
  }
}

function onlyDamage(error: unknown): undefined {
  if (isPitlaneError(error, 'corrupt-input', 'limit-exceeded')) return undefined;
  throw error;
}

/** The text of valid JSON on one line; undefined for what is none. Numbers keep all of their digits. */
function jsonOf(data: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(data);
    JSON.parse(text);
    // Outside of strings a line break is white space, and inside of them there is none.
    return text.replace(/[\r\n]+/g, ' ').trim();
  } catch {
    return undefined;
  }
}

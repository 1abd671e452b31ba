/**
 * What of a message goes into a sample: a picture as it is, what is small and known as JSON, and all else as the bytes of
 * the message. The same message gives the same bytes for ever: a change of anything here raises EXTRACTOR_VERSION.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import type { IndexedChannel } from '../../objects/object-index.ts';
import { isBulky, plainValue } from '../../objects/plain-json.ts';
import { pictureOf } from './image-bytes.ts';

export interface Extracted {
  readonly suffix: string;
  /** A part of the message, or its own. */
  readonly bytes: Uint8Array;
  readonly how: 'picture' | 'json' | 'message';
}

export type Extract = (data: Uint8Array) => Extracted;

/** How a channel says what its messages are. */
export interface EncodedChannel {
  readonly messageEncoding: string;
  readonly schemaName: string;
  readonly schemaEncoding: string;
  readonly schemaData: Uint8Array;
}

/** Makes plain objects of messages; undefined where the encoding is not known. It throws coded errors at damage. */
export type DecoderOf = (channel: EncodedChannel) => Promise<((data: Uint8Array) => unknown) | undefined>;

/** What is larger is no struct of a few values. */
const JSON_MESSAGE_BYTES_MAX = 64 * 1024;

export class Extractor {
  readonly #decoderOf: DecoderOf;
  readonly #known = new WeakMap<IndexedChannel, Promise<Extract>>();

  constructor(decoderOf: DecoderOf) {
    this.#decoderOf = decoderOf;
  }

  of(channel: IndexedChannel): Promise<Extract> {
    let extract = this.#known.get(channel);
    if (!extract) this.#known.set(channel, (extract = this.#make(channel)));
    return extract;
  }

  async #make({ topic, messageEncoding, schema }: IndexedChannel): Promise<Extract> {
    const schemaName = schema?.name ?? '';
    const picture = pictureOf({ topic, messageEncoding, schemaName });
    const { encoding: schemaEncoding = '', data: schemaData = new Uint8Array() } = schema ?? {};
    const decode = isBulky(schemaName)
      ? undefined
      : await this.#decoderOf({ messageEncoding, schemaName, schemaEncoding, schemaData }).catch(onlyDamage);
    return (data) => {
      const found = picture?.(data);
      if (found) return { ...found, how: 'picture' };
      const json = decode && data.byteLength <= JSON_MESSAGE_BYTES_MAX ? jsonOf(data, decode) : undefined;
      if (json !== undefined) return { suffix: 'json', bytes: bytesFromUtf8(json), how: 'json' };
      return { suffix: 'bin', bytes: data, how: 'message' };
    };
  }
}

/** A message that is not what its schema says stays as it is; what else goes wrong is told. */
function jsonOf(data: Uint8Array, decode: (data: Uint8Array) => unknown): string | undefined {
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

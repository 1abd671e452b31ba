/** Camera frames: the picture in a message, and the message in which a small one travels, as Foxglove's viewers draw it. */
import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import type { Channel, Schema } from '@pitlane/formats/recording';
import type { Picture } from '@pitlane/ports/image-scaler';
import { rawPicture } from './raw-image.ts';

const COMPRESSED = /(^|[/.])CompressedImage$/;
const RAW = /(^|[/.])(Raw)?Image$/;

/** A header with its stamps, frame and format is shorter: behind it a picture begins with its signature. */
const SIGNATURE_WITHIN_BYTES = 1024;
const SIGNATURES = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from('RIFF')];

/** Text that long is parsed at once, and holds a picture of 12 MB. */
const JSON_BYTES_MAX = 16 * 1024 * 1024;

/** What finds the picture in a camera's messages; undefined for a channel of another kind. */
export function pictureReaderOf({
  schema,
  messageEncoding,
}: Channel): ((data: Uint8Array) => Picture | undefined) | undefined {
  const name = schema?.name ?? '';
  if (COMPRESSED.test(name)) return messageEncoding === 'json' ? fileInJson : fileIn;
  return RAW.test(name) && messageEncoding !== 'json' ? (data) => rawPicture(messageEncoding, data) : undefined;
}

function fileIn(data: Uint8Array): Picture | undefined {
  const head = Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, SIGNATURE_WITHIN_BYTES));
  const starts = SIGNATURES.map((signature) => head.indexOf(signature)).filter((at) => at >= 0);
  return starts.length > 0 ? { kind: 'file', bytes: data.subarray(Math.min(...starts)) } : undefined;
}

/** As Foxglove's schema has it: base64 in the field `data`. */
function fileInJson(data: Uint8Array): Picture | undefined {
  if (data.byteLength > JSON_BYTES_MAX) return undefined;
  try {
    const { data: base64 } = JSON.parse(utf8FromBytes(data)) as { readonly data?: unknown };
    return typeof base64 === 'string' ? fileIn(Buffer.from(base64, 'base64')) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** https://docs.foxglove.dev/docs/visualization/message-schemas/compressed-image, in JSON: the picture as base64. */
export const FRAME_SCHEMA: Schema = {
  name: 'foxglove.CompressedImage',
  encoding: 'jsonschema',
  data: bytesFromUtf8(
    JSON.stringify({
      title: 'foxglove.CompressedImage',
      description: 'A compressed image',
      type: 'object',
      properties: {
        timestamp: {
          type: 'object',
          title: 'time',
          properties: {
            sec: { type: 'integer', minimum: 0 },
            nsec: { type: 'integer', minimum: 0, maximum: 999_999_999 },
          },
          description: 'Timestamp of image',
        },
        frame_id: { type: 'string', description: 'Frame of reference for the image' },
        data: { type: 'string', contentEncoding: 'base64', description: 'Compressed image data' },
        format: { type: 'string', description: 'Image format' },
      },
    }),
  ),
};
export const FRAME_ENCODING = 'json';

/** The stamp is the log time: the header of the original stays in the original. */
export function frameMessage(jpeg: Uint8Array, logTimeNs: bigint): Uint8Array {
  const timestamp = { sec: Number(logTimeNs / 1_000_000_000n), nsec: Number(logTimeNs % 1_000_000_000n) };
  const data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64');
  return bytesFromUtf8(JSON.stringify({ timestamp, frame_id: '', data, format: 'jpeg' }));
}

/**
 * The image scaler over sharp: libvips decodes in its own threads, and a JPEG at once at an eighth, a quarter or half of its
 * size. It stands behind the port of that name. Of libvips' many decoders it opens three: a log is no place for the others.
 */
import { type ImageScaler, type Picture, PICTURE_PIXELS_MAX, type SmallPicture } from '@pitlane/ports/image-scaler';
import sharp, { type Sharp } from 'sharp';
import { rgbFromRaw } from './rgb-from-raw.ts';

const JPEG_QUALITY = 70;
const DECODING_SECONDS_MAX = 5;

const SIGNATURES = [
  { at: 0, bytes: Buffer.from([0xff, 0xd8, 0xff]) },
  { at: 0, bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { at: 8, bytes: Buffer.from('WEBP') },
];

export function sharpScaler(): ImageScaler {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  return {
    async scale(picture, edgePixelsMax) {
      const opened = openedFrom(picture, edgePixelsMax);
      return opened && scaled(opened, edgePixelsMax);
    },
  };
}

function openedFrom(picture: Picture, edgePixelsMax: number): Sharp | undefined {
  if (picture.kind === 'raw') {
    const rgb = rgbFromRaw(picture, edgePixelsMax, PICTURE_PIXELS_MAX);
    return rgb && sharp(rgb.bytes, { raw: { width: rgb.width, height: rgb.height, channels: 3 } });
  }
  const { bytes } = picture;
  const isKnown = SIGNATURES.some(
    ({ at, bytes: own }) => Buffer.compare(bytes.subarray(at, at + own.byteLength), own) === 0,
  );
  if (!isKnown) return undefined;
  return sharp(bytes, { failOn: 'truncated', limitInputPixels: PICTURE_PIXELS_MAX, sequentialRead: true });
}

async function scaled(opened: Sharp, edgePixelsMax: number): Promise<SmallPicture | undefined> {
  const size = { width: edgePixelsMax, height: edgePixelsMax, fit: 'inside', withoutEnlargement: true } as const;
  try {
    const { data, info } = await opened
      .timeout({ seconds: DECODING_SECONDS_MAX })
      .resize(size)
      .flatten()
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch {
    return undefined; // damaged, too large or too slow: it is no picture
  }
}

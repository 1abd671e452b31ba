/** Samples of a log as RGB, thinned to what a small picture needs, so that a large one is never copied whole. */
import type { RawPicture } from '@pitlane/ports/image-scaler';

const LAYOUTS = {
  mono: { step: 1, red: 0, green: 0, blue: 0 },
  rgb: { step: 3, red: 0, green: 1, blue: 2 },
  bgr: { step: 3, red: 2, green: 1, blue: 0 },
  rgba: { step: 4, red: 0, green: 1, blue: 2 },
  bgra: { step: 4, red: 2, green: 1, blue: 0 },
} as const;

/** Pixels on an edge for each that is wanted: enough for a smooth picture. */
const OVERSAMPLED = 4;

export interface RgbPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Undefined where the samples are not there that its size speaks of. */
export function rgbFromRaw(picture: RawPicture, edgePixelsMax: number, pixelsMax: number): RgbPicture | undefined {
  const { bytes, width, height, rowBytes } = picture;
  const { step, red, green, blue } = LAYOUTS[picture.layout];
  const areSound = [width, height, rowBytes].every((value) => Number.isSafeInteger(value) && value > 0);
  if (!areSound || width * height > pixelsMax || rowBytes < width * step) return undefined;
  if (rowBytes * (height - 1) + width * step > bytes.byteLength) return undefined;
  const every = Math.max(1, Math.floor(Math.max(width, height) / (OVERSAMPLED * edgePixelsMax)));
  const [thinWidth, thinHeight] = [Math.ceil(width / every), Math.ceil(height / every)];
  const rgb = new Uint8Array(thinWidth * thinHeight * 3);
  let to = 0;
  for (let row = 0; row < height; row += every) {
    for (let column = 0; column < width; column += every) {
      const at = row * rowBytes + column * step;
      rgb[to] = bytes[at + red] as number;
      rgb[to + 1] = bytes[at + green] as number;
      rgb[to + 2] = bytes[at + blue] as number;
      to += 3;
    }
  }
  return { bytes: rgb, width: thinWidth, height: thinHeight };
}

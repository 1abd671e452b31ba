/**
 * JPEG through libjpeg-turbo compiled to WebAssembly: the same bytes on every machine, and no native module. One encoder
 * belongs to one thread and one picture size; its pixel buffer is inside the module, so frames are rendered in place.
 */
import { createRequire } from 'node:module';

interface ModuleEncoder {
  getDecodedBuffer(frame: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setQuality(quality: number): void;
  setProgressive(progressive: boolean): void;
  setSubSampling(kind: number): void;
  encode(): void;
}

interface ModuleDecoder {
  getEncodedBuffer(sizeBytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; componentCount: number };
  decode(): void;
  delete(): void;
}

interface TurboModule {
  JPEGEncoder: new () => ModuleEncoder;
  JPEGDecoder: new () => ModuleDecoder;
}

const SUBSAMPLING_420 = 2;

let loading: Promise<TurboModule> | undefined;

function turboModule(): Promise<TurboModule> {
  const require = createRequire(import.meta.url);
  const open = require('@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs') as () => Promise<TurboModule>;
  loading ??= open();
  return loading;
}

export interface JpegEncoder {
  /** RGB, three bytes a pixel. Valid until the next call of `pixels`. */
  pixels(): Uint8ClampedArray;
  /** A copy that the caller owns. */
  encodedCopy(quality: number): Uint8Array;
}

export async function createJpegEncoder(width: number, height: number): Promise<JpegEncoder> {
  const { JPEGEncoder } = await turboModule();
  const encoder = new JPEGEncoder();
  encoder.setProgressive(false);
  encoder.setSubSampling(SUBSAMPLING_420);
  const frame = { width, height, bitsPerSample: 8, componentCount: 3, isSigned: false };
  return {
    pixels: () => {
      // The module's memory may have grown since, so the view is made anew each time.
      const view = encoder.getDecodedBuffer(frame);
      return new Uint8ClampedArray(view.buffer, view.byteOffset, view.byteLength);
    },
    encodedCopy: (quality) => {
      encoder.setQuality(quality);
      encoder.encode();
      return encoder.getEncodedBuffer().slice();
    },
  };
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Decodes one JPEG, for whoever wants to look at a frame again. */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  const { JPEGDecoder } = await turboModule();
  const decoder = new JPEGDecoder();
  try {
    decoder.getEncodedBuffer(bytes.byteLength).set(bytes);
    decoder.decode();
    const info = decoder.getFrameInfo();
    return {
      width: info.width,
      height: info.height,
      channels: info.componentCount,
      pixels: decoder.getDecodedBuffer().slice(),
    };
  } finally {
    decoder.delete();
  }
}

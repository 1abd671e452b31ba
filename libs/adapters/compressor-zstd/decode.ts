/**
 * The decoders of recordings: zstd through the native binding, LZ4 frames and bzip2 through WebAssembly. Each one
 * writes into an output of exactly the declared size, or of the most that it may have, so that a bomb fills its buffer and
 * fails instead of growing.
 */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import zstd from 'zstd-napi/binding.js';
import { type EmscriptenModule, WasmDecoder } from './wasm-instance.ts';
import { zstdStream, type ZstdStream } from './zstd-stream.ts';

/** Decompresses `input` into exactly `sizeBytes` bytes, or throws a PitlaneError `corrupt-input`. */
export type Decompress = (input: Uint8Array, sizeBytes: number) => Uint8Array;

export interface Decompressors {
  readonly zstd: Decompress;
  readonly lz4: Decompress;
  readonly bz2: Decompress;
  /** For a bzip2 block, which does not say its size: `more` where more than `sizeBytesMax` bytes would come out. */
  readonly bz2UpTo: (input: Uint8Array, sizeBytesMax: number) => Uint8Array | 'more';
  readonly zstdStream: () => ZstdStream;
}

interface Lz4Module extends EmscriptenModule {
  _createDecompressionContext(): number;
  /** Bytes written, or -1 unless the input is one complete frame that fits. */
  _decompressFrame(context: number, to: number, toBytes: number, from: number, fromBytes: number): number;
  /** Ours: the context of this instance, which is clean as long as every frame so far was complete. */
  pitlaneContext?: number;
}

interface Bz2Module extends EmscriptenModule {
  decompress(
    to: number,
    toBytes: number,
    from: number,
    fromBytes: number,
    small: 0 | 1,
  ): { code: number; error?: string; buffer?: Uint8Array };
}

let zstdContext: zstd.DCtx | undefined;

/** Zstandard frames, one or several; needs no loading. */
export function decodeZstd(input: Uint8Array, sizeBytes: number): Uint8Array {
  const output = outputOf('zstd', sizeBytes);
  let written: number;
  try {
    zstdContext ??= new zstd.DCtx();
    written = zstdContext.decompress(output, input);
  } catch (error) {
    throw new PitlaneError('corrupt-input', `zstd: ${messageOf(error)}`, { cause: error });
  }
  if (written !== sizeBytes) {
    throw new PitlaneError('corrupt-input', `zstd: ${written} bytes came out where ${sizeBytes} are declared`);
  }
  return output;
}

let loading: Promise<Decompressors> | undefined;

/** Compiles the WebAssembly decoders on the first call; every call gives the same three functions. */
export function loadDecompressors(): Promise<Decompressors> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Decompressors> {
  const lz4 = await WasmDecoder.load<Lz4Module>(
    'lz4',
    '@foxglove/wasm-lz4/dist/wasm-lz4.js',
    '@foxglove/wasm-lz4/dist/wasm-lz4.wasm',
  );
  const bz2 = await WasmDecoder.load<Bz2Module>(
    'bz2',
    '@foxglove/wasm-bz2/wasm/module.js',
    '@foxglove/wasm-bz2/wasm/module.wasm',
  );
  return {
    zstd: decodeZstd,
    lz4: (input, sizeBytes) =>
      lz4.decode(input, sane('lz4', sizeBytes), (module, to, from) => {
        module.pitlaneContext ??= module._createDecompressionContext();
        const written = module._decompressFrame(module.pitlaneContext, to, sizeBytes, from, input.byteLength);
        if (written < 0) throw new Error(`not one whole LZ4 frame of ${sizeBytes} bytes`);
        return written;
      }),
    bz2: (input, sizeBytes) => bz2.decode(input, sane('bz2', sizeBytes), bz2Work(input.byteLength, sizeBytes)),
    bz2UpTo: (input, sizeBytesMax) =>
      bz2.decodeUpTo(input, sane('bz2', sizeBytesMax), bz2Work(input.byteLength, sizeBytesMax)),
    zstdStream,
  };
}

/** What bzip2 answers where its output is full. */
const BZ_OUTBUFF_FULL = -8;

const bz2Work =
  (inputBytes: number, roomBytes: number) =>
  (module: Bz2Module, to: number, from: number): number => {
    const { code, error, buffer } = module.decompress(to, roomBytes, from, inputBytes, 0);
    if (code === BZ_OUTBUFF_FULL) return roomBytes + 1;
    if (code !== 0 || buffer === undefined) throw new Error(error ?? `code ${code}`);
    return buffer.byteLength;
  };

/** The declared size, if it can be the size of a buffer at all. */
function sane(codec: string, sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > 0x7fff_ffff) {
    throw new PitlaneError('corrupt-input', `${codec}: ${sizeBytes} bytes cannot be decoded at once`);
  }
  return sizeBytes;
}

/** Memory that is not cleared first: it is handed out only when every byte of it was written. */
function outputOf(codec: string, sizeBytes: number): Uint8Array {
  const memory = Buffer.allocUnsafeSlow(sane(codec, sizeBytes));
  return new Uint8Array(memory.buffer, memory.byteOffset, sizeBytes);
}

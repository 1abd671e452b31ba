/**
 * Whether a camera's pictures live. Frozen is a picture of exactly the same bytes again and again; black is a flat dark
 * one, blank a flat one of another colour. Header stamps before the picture do not make it another. What is not seen: a
 * camera that repeats a picture which is compressed anew each time, video streams, pictures in JSON, and a lens cap behind
 * which the sensor's noise is strong.
 */
import { crc32 } from 'node:zlib';
import type { ContentWatch } from '../content-watch.ts';
import type { TopicSeen } from '../topic-book.ts';
import { flatnessOf, isJpeg } from './flat-jpeg.ts';

/** A header with its stamps is shorter; where a picture has a signature, it is found by that. */
const RAW_HEADER_BYTES = 32;
const SIGNATURE_WITHIN_BYTES = 1024;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const JPEG_SIGNATURE = Buffer.from([0xff, 0xd8, 0xff]);

/** Of a picture, what is compared first. */
const SAMPLES = 16;
const SAMPLE_BYTES = 256;
/** A raw picture is black when no sample is brighter: sensors have an offset. */
const BLACK_LEVEL_MAX = 24;

export class CameraWatch implements ContentWatch {
  readonly #seen: TopicSeen;
  readonly #kind: 'compressed' | 'raw';
  readonly #scratch = new Uint8Array(SAMPLES * SAMPLE_BYTES);
  #bytes = -1;
  #sample = -1;
  /** Of the picture before, where it was compared whole. */
  #whole: number | undefined;
  #beforeNs = 0;

  constructor(seen: TopicSeen, kind: 'compressed' | 'raw') {
    this.#seen = seen;
    this.#kind = kind;
  }

  take(timeNs: number, data: Uint8Array): void {
    const picture = this.#kind === 'raw' ? data.subarray(RAW_HEADER_BYTES) : compressedPicture(data);
    if (!picture || picture.byteLength === 0) return;
    this.#seen.contentJudged += 1;
    const sampled = this.#sampled(picture);
    this.#compare(timeNs, picture, crc32(sampled));
    this.#lookForLight(timeNs, picture, sampled);
    this.#beforeNs = timeNs;
  }

  /** Whole pictures are compared only where the samples are the same, as in a frozen one: then it costs what it is worth. */
  #compare(timeNs: number, picture: Uint8Array, sample: number): void {
    const isAlike = picture.byteLength === this.#bytes && sample === this.#sample;
    const whole = isAlike ? crc32(picture) : undefined;
    const frozen = this.#seen.stretches('frozen');
    if (isAlike && (this.#whole === undefined || this.#whole === whole)) frozen.holds(timeNs, this.#beforeNs);
    else frozen.ends();
    this.#bytes = picture.byteLength;
    this.#sample = sample;
    this.#whole = whole;
  }

  #lookForLight(timeNs: number, picture: Uint8Array, sampled: Uint8Array): void {
    const flat = this.#kind === 'raw' ? (isDark(sampled) ? 'black' : undefined) : flatnessOf(picture);
    for (const kind of ['black', 'blank'] as const) {
      if (flat === kind) this.#seen.stretches(kind).holds(timeNs);
      else this.#seen.content.get(kind)?.ends();
    }
  }

  #sampled(picture: Uint8Array): Uint8Array {
    if (picture.byteLength <= this.#scratch.byteLength) return picture;
    const step = (picture.byteLength - SAMPLE_BYTES) / (SAMPLES - 1);
    for (let i = 0; i < SAMPLES; i += 1) {
      const at = Math.floor(i * step);
      this.#scratch.set(picture.subarray(at, at + SAMPLE_BYTES), i * SAMPLE_BYTES);
    }
    return this.#scratch;
  }
}

function isDark(sampled: Uint8Array): boolean {
  for (const level of sampled) if (level > BLACK_LEVEL_MAX) return false;
  return true;
}

function compressedPicture(data: Uint8Array): Uint8Array | undefined {
  const head = Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, SIGNATURE_WITHIN_BYTES));
  for (const signature of [JPEG_SIGNATURE, PNG_SIGNATURE]) {
    const at = head.indexOf(signature);
    if (at >= 0 && (signature === PNG_SIGNATURE || isJpeg(data, at))) return data.subarray(at);
  }
  return undefined;
}

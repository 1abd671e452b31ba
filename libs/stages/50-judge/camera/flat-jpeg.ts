/**
 * Whether a baseline JPEG shows one flat colour, without decoding it: a block that is like its neighbour and has no detail
 * takes two codes, whose lengths stand in the file's own tables, so that a flat picture has hardly more bits than that for
 * each of its blocks. How bright it is says its first coefficient. Progressive and arithmetic JPEGs are not judged.
 */
import { firstCoefficient, HuffmanTable } from './huffman-table.ts';

const Marker = { SOF0: 0xc0, SOF1: 0xc1, DHT: 0xc4, SOI: 0xd8, SOS: 0xda, DQT: 0xdb } as const;

/** So much more than the fewest bits may be noise in the dark. */
const BLACK_BITS_RATIO = 1.5;
/** A bright picture is flat only if there is nothing on it at all. */
const BLANK_BITS_RATIO = 1.1;
/** Markers between rows, and filled up bytes. */
const SLACK_BITS = 4096;
/** Mean of 0 to 255 up to which a flat picture is black. */
const BLACK_LUMA_MAX = 32;
/** Headers with an embedded preview are longer; they are not judged. */
const HEAD_BYTES_MAX = 256 * 1024;

interface Component {
  readonly id: number;
  readonly blocksPerUnit: number;
  readonly quantisation: number;
}

interface JpegHead {
  width: number;
  height: number;
  components: Component[];
  /** Pixels of one unit (MCU), across and down. */
  unit: readonly [number, number];
  readonly tables: Map<number, HuffmanTable>;
  readonly dcSteps: Map<number, number>;
}

/** Whether a JPEG begins at `at`: its start and one more marker. */
export const isJpeg = (data: Uint8Array, at = 0): boolean =>
  data[at] === 0xff && data[at + 1] === Marker.SOI && data[at + 2] === 0xff && (data[at + 3] ?? 0) >= 0xc0;

export function flatnessOf(jpeg: Uint8Array): 'black' | 'blank' | undefined {
  if (!isJpeg(jpeg)) return undefined;
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const head: JpegHead = { width: 0, height: 0, components: [], unit: [8, 8], tables: new Map(), dcSteps: new Map() };
  for (let at = 2; at + 4 <= Math.min(jpeg.byteLength, HEAD_BYTES_MAX); ) {
    const marker = jpeg[at + 1] as number;
    const end = at + 2 + view.getUint16(at + 2);
    if (jpeg[at] !== 0xff || end > jpeg.byteLength) return undefined;
    const segment = jpeg.subarray(at + 4, end);
    if (marker === Marker.SOS) return judged(head, segment, jpeg.subarray(end));
    if (!takeSegment(marker, segment, head)) return undefined;
    at = end;
  }
  return undefined;
}

/** False where the picture cannot be judged. */
function takeSegment(marker: number, segment: Uint8Array, head: JpegHead): boolean {
  if (marker === Marker.DQT) takeQuantisation(segment, head);
  else if (marker === Marker.DHT) takeHuffman(segment, head);
  else if (marker === Marker.SOF0 || marker === Marker.SOF1) return takeFrame(segment, head);
  else return marker < 0xc0 || marker > 0xcf;
  return true;
}

function takeQuantisation(segment: Uint8Array, { dcSteps }: JpegHead): void {
  for (let at = 0; at < segment.byteLength; ) {
    const is16Bit = (segment[at] as number) >> 4 > 0;
    const first = segment[at + 1] ?? 0;
    dcSteps.set((segment[at] as number) & 15, is16Bit ? first * 256 + (segment[at + 2] ?? 0) : first);
    at += 1 + (is16Bit ? 128 : 64);
  }
}

function takeHuffman(segment: Uint8Array, { tables }: JpegHead): void {
  for (let at = 0; at + 17 <= segment.byteLength; ) {
    const lengths = segment.subarray(at + 1, at + 17);
    const symbols = lengths.reduce((sum, count) => sum + count, 0);
    tables.set(segment[at] as number, new HuffmanTable(lengths, segment.subarray(at + 17, at + 17 + symbols)));
    at += 17 + symbols;
  }
}

function takeFrame(segment: Uint8Array, head: JpegHead): boolean {
  const count = segment[5] ?? 0;
  if (segment[0] !== 8 || count < 1 || count > 4 || segment.byteLength < 6 + 3 * count) return false;
  head.height = (segment[1] as number) * 256 + (segment[2] as number);
  head.width = (segment[3] as number) * 256 + (segment[4] as number);
  const sampling = Array.from({ length: count }, (_, i) => {
    const at = 6 + 3 * i;
    const factors = segment[at + 1] as number;
    return { id: segment[at] as number, across: factors >> 4, down: factors & 15, table: segment[at + 2] as number };
  });
  const across = Math.max(...sampling.map((one) => one.across));
  const down = Math.max(...sampling.map((one) => one.down));
  if (sampling.some((one) => one.across < 1 || one.down < 1) || across > 4 || down > 4) return false;
  head.unit = count === 1 ? [8, 8] : [8 * across, 8 * down];
  head.components = sampling.map((one) => ({
    id: one.id,
    blocksPerUnit: count === 1 ? 1 : one.across * one.down,
    quantisation: head.dcSteps.get(one.table) ?? 1,
  }));
  return head.width > 0 && head.height > 0;
}

/** @param scan the header of the scan, and @param coded all that follows */
function judged(head: JpegHead, scan: Uint8Array, coded: Uint8Array): 'black' | 'blank' | undefined {
  const { components, unit, width, height, tables } = head;
  // Several scans: not all of the blocks are in this one.
  if (components.length === 0 || scan[0] !== components.length) return undefined;
  let unitBits = 0;
  let brightness: number | undefined;
  for (const [i, component] of components.entries()) {
    const chosen = scan[2 + 2 * i] ?? 0;
    const dc = tables.get(chosen >> 4);
    const ac = tables.get(0x10 | (chosen & 15));
    const [sameBits, emptyBits] = [dc?.lengthOf(0), ac?.lengthOf(0)];
    // A table without these codes: there is no block without detail.
    if (!dc || sameBits === undefined || emptyBits === undefined) return undefined;
    unitBits += component.blocksPerUnit * (sameBits + emptyBits);
    if (i === 0) brightness = brightnessOf(firstCoefficient(dc, coded), component.quantisation);
  }
  const units = Math.ceil(width / unit[0]) * Math.ceil(height / unit[1]);
  const bits = coded.byteLength * 8 - SLACK_BITS;
  if (brightness === undefined || bits > units * unitBits * BLACK_BITS_RATIO) return undefined;
  if (brightness <= BLACK_LUMA_MAX) return 'black';
  return bits <= units * unitBits * BLANK_BITS_RATIO ? 'blank' : undefined;
}

/** The mean of the first block, from its coefficient: the first of a row has nothing before it. */
const brightnessOf = (coefficient: number | undefined, step: number): number | undefined =>
  coefficient === undefined ? undefined : 128 + (coefficient * step) / 8;

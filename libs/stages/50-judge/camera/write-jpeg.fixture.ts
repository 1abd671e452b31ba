/** A JPEG of one grey, or with noise in each block, by the tables that every encoder has: enough to tell flat from not. */

const HEAD = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
/** Annex K's tables of the lengths of DC differences, and the head of the one of AC coefficients. */
const DC_LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_CODES: readonly string[] = [
  '00',
  '010',
  '011',
  '100',
  '101',
  '110',
  '1110',
  '11110',
  '111110',
  '1111110',
  '11111110',
  '111111110',
];
const AC_LENGTHS = [0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const AC_SYMBOLS = [0x01, 0x02, 0x00];
const END_OF_BLOCK = '100';
const STEP = 8;

export interface Drawn {
  readonly width: number;
  readonly height: number;
  /** Mean of a block, 0 to 255, by its number. */
  readonly level: (block: number) => number;
  /** Coefficients of ±1 in a block: detail. */
  readonly details?: number;
  readonly progressive?: boolean;
}

export function jpegOf({ width, height, level, details = 0, progressive = false }: Drawn): Uint8Array {
  const dqt = [0xff, 0xdb, 0, 67, 0, ...Array.from({ length: 64 }, () => STEP)];
  const sof = [
    0xff,
    progressive ? 0xc2 : 0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
  ];
  const dc = [0xff, 0xc4, 0, 19 + 12, 0x00, ...DC_LENGTHS, ...Array.from({ length: 12 }, (_, i) => i)];
  const ac = [0xff, 0xc4, 0, 19 + 3, 0x10, ...AC_LENGTHS, ...AC_SYMBOLS];
  const sos = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  let bits = '';
  let before = 0;
  const bytes: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const value = Math.round(((level(block) - 128) * 8) / STEP);
    bits += `${codeOf(value - before)}${'001'.repeat(details)}${END_OF_BLOCK}`;
    before = value;
    for (; bits.length >= 8; bits = bits.slice(8)) put(bytes, Number.parseInt(bits.slice(0, 8), 2));
  }
  put(bytes, Number.parseInt(bits.padEnd(8, '1'), 2));
  return Uint8Array.from([...HEAD, ...dqt, ...sof, ...dc, ...ac, ...sos, ...bytes, 0xff, 0xd9]);
}

function codeOf(difference: number): string {
  const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const value = difference < 0 ? difference + 2 ** size - 1 : difference;
  return `${DC_CODES[size]}${size === 0 ? '' : value.toString(2).padStart(size, '0')}`;
}

function put(bytes: number[], byte: number): void {
  bytes.push(byte);
  if (byte === 0xff) bytes.push(0);
}

/** The number that a signal has in a frame's bytes. */
import type { DbcMessage, DbcSignal } from './parse-dbc.ts';

/** The physical value; undefined where the frame is too short for it, or another multiplexed one stands there. */
export function readSignal(signal: DbcSignal, { multiplexor }: DbcMessage, data: Uint8Array): number | undefined {
  if (signal.multiplexedAt !== undefined) {
    const selected = multiplexor && rawOf(multiplexor, data);
    if (selected === undefined || Number(selected) !== signal.multiplexedAt) return undefined;
  }
  const raw = rawOf(signal, data);
  if (raw === undefined) return undefined;
  return numberFrom(raw, signal) * signal.factor + signal.offset;
}

/** The bits as a whole number without sign. */
function rawOf({ startBit, bits, isLittleEndian }: DbcSignal, data: Uint8Array): bigint | undefined {
  let raw = 0n;
  if (isLittleEndian) {
    if (startBit + bits > data.byteLength * 8) return undefined;
    for (let i = bits - 1; i >= 0; i -= 1) raw = (raw << 1n) | bitAt(data, startBit + i);
    return raw;
  }
  // Byte by byte from the greatest bit on, within a byte from bit 7 down to bit 0.
  let place = (startBit >> 3) * 8 + (7 - (startBit & 7));
  if (place + bits > data.byteLength * 8) return undefined;
  for (let i = 0; i < bits; i += 1, place += 1) raw = (raw << 1n) | bitAt(data, (place & ~7) + (7 - (place & 7)));
  return raw;
}

const bitAt = (data: Uint8Array, bit: number): bigint => BigInt(((data[bit >> 3] as number) >> (bit & 7)) & 1);

const floats = new DataView(new ArrayBuffer(8));

function numberFrom(raw: bigint, { kind, bits }: DbcSignal): number {
  if (kind === 'signed') return Number(BigInt.asIntN(bits, raw));
  if (kind === 'unsigned') return Number(raw);
  floats.setBigUint64(0, raw << BigInt(64 - bits));
  return bits === 32 ? floats.getFloat32(0) : floats.getFloat64(0);
}

/**
 * foxglove.LocationFix has no status. A position that is no number is none, and neither is 0° 0′, which writers leave
 * there without a fix and where no car drives.
 */

const JSON_BYTES_MAX = 16 * 1024;
const FIELDS_MAX = 64;

const isPosition = (latitude: number, longitude: number): boolean =>
  Number.isFinite(latitude) && Number.isFinite(longitude) && !(latitude === 0 && longitude === 0);

/** Fields 1 and 2 are latitude and longitude; 0 is left away. */
export function protobufLocationFix(data: Uint8Array): boolean | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const degrees = [0, 0];
  let at = 0;
  for (let fields = 0; at < data.byteLength && fields < FIELDS_MAX; fields += 1) {
    const tag = data[at] as number;
    const [field, wire] = [tag >> 3, tag & 7];
    at += 1;
    if (tag > 0x7f) return undefined;
    if (wire === 1 || wire === 5) {
      const bytes = wire === 1 ? 8 : 4;
      if (at + bytes > data.byteLength) return undefined;
      if (wire === 1 && (field === 1 || field === 2)) degrees[field - 1] = view.getFloat64(at, true);
      at += bytes;
    } else if (wire === 0 || wire === 2) {
      const [value, next] = varintAt(data, at);
      if (next === undefined) return undefined;
      at = wire === 0 ? next : next + value;
    } else return undefined;
  }
  return at === data.byteLength ? isPosition(degrees[0] as number, degrees[1] as number) : undefined;
}

function varintAt(data: Uint8Array, from: number): readonly [value: number, next: number | undefined] {
  let value = 0;
  for (let i = 0; i < 10 && from + i < data.byteLength; i += 1) {
    const byte = data[from + i] as number;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [value, from + i + 1];
  }
  return [0, undefined];
}

export function jsonLocationFix(data: Uint8Array): boolean | undefined {
  if (data.byteLength > JSON_BYTES_MAX) return undefined;
  try {
    const { latitude, longitude } = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    // JSON has no NaN: writers put null.
    return isPosition(Number(latitude ?? Number.NaN), Number(longitude ?? Number.NaN));
  } catch {
    return undefined;
  }
}

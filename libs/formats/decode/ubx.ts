/** u-blox NAV-PVT: the navigation solution of a receiver, in the units that its names say. Other frames have no decoder. */
import { type Decoded, guarded } from './decoder.ts';

const HEAD_BYTES = 6;
const CHECKSUM_BYTES = 2;
/** Receivers before the eighth generation left away what stands behind it. */
const PAYLOAD_BYTES_MIN = 84;
const NAV_PVT = 0x0107;
const FRAME_BYTES_MAX = 0xffff + HEAD_BYTES + CHECKSUM_BYTES;
const FIX_OK = 1;

export const ubxDecoder = guarded(
  'UBX',
  (data): Decoded => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (data.byteLength < HEAD_BYTES || data[0] !== 0xb5 || data[1] !== 0x62) throw new Error('it is no frame');
    const kind = view.getUint16(2);
    if (kind !== NAV_PVT) return { class: kind >> 8, id: kind & 0xff };
    if (data.byteLength < HEAD_BYTES + PAYLOAD_BYTES_MIN + CHECKSUM_BYTES) throw new Error('it is cut short');
    const i32 = (at: number): number => view.getInt32(HEAD_BYTES + at, true);
    const u32 = (at: number): number => view.getUint32(HEAD_BYTES + at, true);
    const u8 = (at: number): number => view.getUint8(HEAD_BYTES + at);
    return {
      class: 1,
      id: 7,
      fix_type: u8(20),
      fix_ok: (u8(21) & FIX_OK) !== 0,
      satellites: u8(23),
      longitude: i32(24) / 1e7,
      latitude: i32(28) / 1e7,
      height_m: i32(32) / 1000,
      altitude_m: i32(36) / 1000,
      horizontal_accuracy_m: u32(40) / 1000,
      vertical_accuracy_m: u32(44) / 1000,
      velocity_north_mps: i32(48) / 1000,
      velocity_east_mps: i32(52) / 1000,
      velocity_down_mps: i32(56) / 1000,
      speed_mps: i32(60) / 1000,
      course_deg: i32(64) / 1e5,
      speed_accuracy_mps: u32(68) / 1000,
      course_accuracy_deg: u32(72) / 1e5,
      pdop: view.getUint16(HEAD_BYTES + 76, true) / 100,
    };
  },
  FRAME_BYTES_MAX,
);

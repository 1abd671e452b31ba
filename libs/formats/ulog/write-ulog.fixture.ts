/** A small writer of ULogs for tests: single records, and whole logs from what should be read of them. */
import { bytesFromUtf8, concatCopy } from '@pitlane/base/bytes';
import { KIND, MAGIC, SYNC_MAGIC } from './record.ts';

export const u16Bytes = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);

export function u64Bytes(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

export function f32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

export function i32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

export const fileHeader = (startUs: bigint | number = 1000, version = 1): Uint8Array =>
  concatCopy([MAGIC, Uint8Array.of(version), u64Bytes(startUs)]);

export function record(kind: number, ...body: readonly Uint8Array[]): Uint8Array {
  const bytes = concatCopy(body);
  return concatCopy([u16Bytes(bytes.byteLength), Uint8Array.of(kind), bytes]);
}

export function flagsRecord(
  incompatible: number,
  appended: readonly number[] = [],
  more = new Uint8Array(0),
): Uint8Array {
  const incompatFlags = new Uint8Array(8).fill(incompatible, 0, 1);
  const offsets = [0, 1, 2].map((i) => u64Bytes(appended[i] ?? 0));
  return record(KIND.flags, new Uint8Array(8), incompatFlags, ...offsets, more);
}

const keyed = (key: string, value: Uint8Array): Uint8Array[] => [Uint8Array.of(key.length), bytesFromUtf8(key), value];

export const formatRecord = (text: string): Uint8Array => record(KIND.format, bytesFromUtf8(text));
export const infoRecord = (key: string, value: Uint8Array): Uint8Array => record(KIND.info, ...keyed(key, value));
export const textInfo = (name: string, value: string): Uint8Array =>
  infoRecord(`char[${bytesFromUtf8(value).byteLength}] ${name}`, bytesFromUtf8(value));
export const multiRecord = (isContinued: boolean, key: string, value: Uint8Array): Uint8Array =>
  record(KIND.infoMultiple, Uint8Array.of(isContinued ? 1 : 0), ...keyed(key, value));
export const parameterRecord = (key: string, value: Uint8Array): Uint8Array =>
  record(KIND.parameter, ...keyed(key, value));
export const defaultRecord = (groups: number, key: string, value: Uint8Array): Uint8Array =>
  record(KIND.defaultParameter, Uint8Array.of(groups), ...keyed(key, value));
export const subscribeRecord = (id: number, name: string, multiId = 0): Uint8Array =>
  record(KIND.subscription, Uint8Array.of(multiId), u16Bytes(id), bytesFromUtf8(name));
export const unsubscribeRecord = (id: number): Uint8Array => record(KIND.unsubscription, u16Bytes(id));
export const dataRecord = (id: number, ...data: readonly Uint8Array[]): Uint8Array =>
  record(KIND.data, u16Bytes(id), ...data);
export const textRecord = (level: number, timeUs: number, text: string | Uint8Array): Uint8Array =>
  record(KIND.text, Uint8Array.of(level), u64Bytes(timeUs), typeof text === 'string' ? bytesFromUtf8(text) : text);
export const taggedRecord = (level: number, tag: number, timeUs: number, text: string): Uint8Array =>
  record(KIND.taggedText, Uint8Array.of(level), u16Bytes(tag), u64Bytes(timeUs), bytesFromUtf8(text));
export const syncRecord = (): Uint8Array => record(KIND.sync, SYNC_MAGIC);
export const dropoutRecord = (durationMs: number): Uint8Array => record(KIND.dropout, u16Bytes(durationMs));

/** A format of the property test: a time, and so many bytes. */
export const FIXTURE_FORMATS = [
  { name: 'short', text: 'short:uint64_t timestamp;uint8_t a;', dataBytes: 1 },
  { name: 'nested', text: 'nested:uint64_t timestamp;part[3] parts;uint8_t[2] _padding0;', dataBytes: 18 },
  { name: 'empty', text: 'empty:uint64_t timestamp;', dataBytes: 0 },
] as const;
export const PART_FORMAT = 'part:float x;uint16_t y;';

/** One thing of the data section. */
export type FixtureStep =
  | { readonly kind: 'data'; readonly id: number; readonly timeUs: number; readonly fill: number }
  | { readonly kind: 'text'; readonly tag: number | undefined; readonly timeUs: number; readonly text: string }
  | { readonly kind: 'dropout'; readonly durationMs: number }
  | { readonly kind: 'parameter'; readonly value: number }
  | { readonly kind: 'sync' };

/** The bytes of a message behind its time: never those of a record. */
export const fixtureData = (id: number, fill: number): Uint8Array =>
  new Uint8Array(FIXTURE_FORMATS[id]?.dataBytes ?? 0).fill(fill);

export function stepBytes(step: FixtureStep): Uint8Array {
  switch (step.kind) {
    case 'data':
      return dataRecord(step.id, u64Bytes(step.timeUs), fixtureData(step.id, step.fill));
    case 'text':
      return step.tag === undefined
        ? textRecord(0x36, step.timeUs, step.text)
        : taggedRecord(0x36, step.tag, step.timeUs, step.text);
    case 'dropout':
      return dropoutRecord(step.durationMs);
    case 'parameter':
      return parameterRecord('int32_t P', i32Bytes(step.value));
    default:
      return syncRecord();
  }
}

/** Definitions and subscriptions: ids 0 to 2, in the order of the formats. */
export const fixtureStart = (): Uint8Array =>
  concatCopy([
    fileHeader(),
    flagsRecord(0),
    textInfo('sys_name', 'PX4'),
    formatRecord(PART_FORMAT),
    ...FIXTURE_FORMATS.map(({ text }) => formatRecord(text)),
    parameterRecord('float GAIN', f32Bytes(0.1)),
    ...FIXTURE_FORMATS.map(({ name }, id) => subscribeRecord(id, name)),
  ]);

export const writeUlog = (steps: readonly FixtureStep[]): Uint8Array =>
  concatCopy([fixtureStart(), ...steps.map(stepBytes)]);

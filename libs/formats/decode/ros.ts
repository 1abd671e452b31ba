/** Messages of ROS 1, and of ROS 2 and other writers of CDR, by the libraries that Foxglove keeps. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import type { parse } from '@foxglove/rosmsg';
import { messageOf } from '@pitlane/base/errors';
import { type Decoded, type Decoder, type EncodedChannel, guarded, tooLarge, unfit } from './decoder.ts';
import { checkLengths, type Layout } from './check-lengths.ts';
import { type Definition, shapeOf } from './shape.ts';

/** What reads IDL takes longer the longer a definition is, and more than in proportion: some 2 s for this. */
const IDL_BYTES_MAX = 48 * 1024;
/** Fields, constants and comments, of all types of a definition together. */
const LINES_MAX = 20_000;

const ROS1: Layout = { startAt: 0, isLittleEndian: true, alignBytesMax: 1, isDelimited: false, emptyBytes: 0 };

export async function ros1Decoder({ schemaName, schemaData }: EncodedChannel): Promise<Decoder> {
  const [{ parse }, { MessageReader }] = await Promise.all([
    import('@foxglove/rosmsg'),
    import('@foxglove/rosmsg-serialization'),
  ]);
  const definitions = parsed(schemaName, () => parse(linesOf(schemaData)));
  const root = definitions.find(({ name }) => !name) ?? definitions[0];
  if (!root) throw unfit(schemaName, 'it defines no message');
  const struct = shapeOf(root, definitions, schemaName, ROS1.emptyBytes);
  const reader = parsed(schemaName, () => new MessageReader(definitions));
  return guarded(schemaName, (data) => {
    checkLengths(data, struct, ROS1);
    // The library hands out views of what it is given; the bytes of a message are the caller's.
    return reader.readMessage<Decoded>(new Uint8Array(data));
  });
}

export async function cdrDecoder(channel: EncodedChannel): Promise<Decoder | undefined> {
  const { schemaName, schemaEncoding, schemaData } = channel;
  if (schemaEncoding === 'ros2msg') {
    const { parse } = await import('@foxglove/rosmsg');
    const definitions = parsed(schemaName, () => parse(linesOf(schemaData), { ros2: true }));
    return ros2Decoder(schemaName, definitions);
  }
  if (schemaEncoding !== 'ros2idl' && schemaEncoding !== 'omgidl') return undefined;
  if (schemaData.byteLength > IDL_BYTES_MAX)
    throw tooLarge('a definition in IDL', schemaData.byteLength, IDL_BYTES_MAX);
  const text = utf8FromBytes(schemaData);
  if (schemaEncoding === 'ros2idl') {
    const { parseRos2idl } = await import('@foxglove/ros2idl-parser');
    const definitions = parsed(schemaName, () => parseRos2idl(text));
    return ros2Decoder(schemaName, definitions);
  }
  return idlDecoder(schemaName, text);
}

async function ros2Decoder(schemaName: string, definitions: ReturnType<typeof parse>): Promise<Decoder> {
  const { MessageReader } = await import('@foxglove/rosmsg2-serialization');
  const root = rootOf(schemaName, definitions);
  const struct = shapeOf(root, definitions, schemaName, 1);
  const reader = new MessageReader(definitions);
  return guarded(schemaName, (data) => {
    checkLengths(data, struct, { ...cdrLayout(data), isDelimited: false, emptyBytes: 1 });
    return reader.readMessage<Decoded>(new Uint8Array(data));
  });
}

async function idlDecoder(schemaName: string, text: string): Promise<Decoder> {
  const [{ parseIDL }, { MessageReader }] = await Promise.all([
    import('@foxglove/omgidl-parser'),
    import('@foxglove/omgidl-serialization'),
  ]);
  const definitions = parsed(schemaName, () => parseIDL(text));
  const root = definitions.find(({ name }) => name === schemaName);
  if (root?.aggregatedKind !== 'struct') throw unfit(schemaName, 'it does not define it');
  const struct = shapeOf(root, structsAmong(definitions), schemaName, 0);
  const reader = new MessageReader(schemaName, definitions);
  return guarded(schemaName, (data) => {
    checkLengths(data, struct, { ...cdrLayout(data), emptyBytes: 0 });
    return reader.readMessage<Decoded>(new Uint8Array(data));
  });
}

/** Modules hold constants alone; a union that the message uses is met as one that is not defined. */
const structsAmong = <T extends { readonly aggregatedKind: string }>(all: readonly T[]) =>
  all.filter((each): each is Extract<T, { aggregatedKind: 'struct' }> => each.aggregatedKind === 'struct');

/** The one that the library takes: what is defined first, but for modules of constants. */
function rootOf(schemaName: string, definitions: readonly Definition[]): Definition {
  const root = definitions.find(
    ({ definitions: fields }) => !fields.length || fields.some((field) => !field.isConstant),
  );
  if (!root) throw unfit(schemaName, 'it defines no message');
  return root;
}

function linesOf(schemaData: Uint8Array): string {
  const text = utf8FromBytes(schemaData);
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  if (lines > LINES_MAX) throw new Error(`it has more than ${LINES_MAX} lines`);
  return text;
}

function parsed<T>(schemaName: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unfit(schemaName, messageOf(cause).slice(0, 500), cause);
  }
}

/** Encapsulations whose appendable types have their length before them. */
const DELIMITED = new Set([0x08, 0x09, 0x0a, 0x0b, 0x12, 0x13, 0x14, 0x15]);
/** XCDR1 has 0 to 3; XCDR2 has two numberings. */
const isEncapsulation = (kind: number): boolean =>
  kind <= 0x0b ? kind !== 4 && kind !== 5 : kind >= 0x10 && kind <= 0x15;

function cdrLayout(data: Uint8Array): Omit<Layout, 'emptyBytes'> {
  const kind = data[1] ?? 0xff;
  if (data.byteLength < 4 || !isEncapsulation(kind)) throw new Error('it has no encapsulation');
  return {
    startAt: 4,
    isLittleEndian: kind % 2 === 1,
    alignBytesMax: kind > 3 ? 4 : 8,
    isDelimited: DELIMITED.has(kind),
  };
}

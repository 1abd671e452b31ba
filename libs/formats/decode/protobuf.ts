/** Messages of Protocol Buffers, by the descriptors that MCAP keeps as their schema. */
import { createRequire } from 'node:module';
import { messageOf } from '@pitlane/base/errors';
import type { Root, Type } from 'protobufjs';
import { type Decoder, type EncodedChannel, guarded, MESSAGE_BYTES_MAX, unfit } from './decoder.ts';

const NAME = /^(?!__proto__$)[A-Za-z_]\w{0,199}$/;
const FIELDS_MAX = 20_000;
/** Of a descriptor, with the numbers and texts in them. */
const OBJECTS_MAX = 400_000;
/** A message in a message takes two bytes and brings all of its fields; so many of them may come together. */
const SLOTS_MAX = 16 * 1024 * 1024;

interface Reflection {
  readonly Root: {
    fromDescriptor(descriptor: unknown, options: { keepCase: boolean }): Root;
  };
}

export function protobufDecoder({ schemaName, schemaEncoding, schemaData }: EncodedChannel): Decoder | undefined {
  if (schemaEncoding !== 'protobuf') return undefined;
  const type = typeFrom(schemaName, schemaData);
  const { fieldsMax } = judged(type, schemaName);
  const bytesMax = Math.min(MESSAGE_BYTES_MAX, Math.floor((2 * SLOTS_MAX) / Math.max(1, fieldsMax)));
  return guarded(
    schemaName,
    (data) => type.toObject(type.decode(data), { longs: BigInt, defaults: true, arrays: true }),
    bytesMax,
  );
}

function typeFrom(schemaName: string, schemaData: Uint8Array): Type {
  // Both are CommonJS, and the second adds to the first.
  const require = createRequire(import.meta.url);
  const { Root: reflected } = require('protobufjs') as Reflection;
  const { FileDescriptorSet } = require('protobufjs/ext/descriptor') as { FileDescriptorSet: Type };
  try {
    const set = FileDescriptorSet.decode(schemaData);
    const fault = nameFault(FileDescriptorSet.toObject(set));
    if (fault) throw new Error(fault);
    const root = reflected.fromDescriptor(set, { keepCase: true });
    return root.resolveAll().lookupType(schemaName);
  } catch (cause) {
    throw unfit(schemaName, messageOf(cause).slice(0, 500), cause);
  }
}

/** The library makes code of names: what is no identifier, or names too many things, is not given to it. */
function nameFault(set: Readonly<Record<string, unknown>>): string | undefined {
  const open: unknown[] = [];
  for (const file of (set.file ?? []) as readonly Readonly<Record<string, unknown>>[]) {
    // The name of a file is a path, and its comments name nothing.
    const { name: _path, package: place = '', dependency: _dependency, sourceCodeInfo: _comments, ...named } = file;
    const parts = place === '' ? [] : String(place).split('.');
    if (!parts.every((part) => NAME.test(part))) return 'its package is no name';
    open.push(...Object.values(named));
  }
  for (let named = 0; open.length > 0; named += 1) {
    const next = open.pop();
    if (named > OBJECTS_MAX) return 'it names too many things';
    if (Array.isArray(next)) for (const each of next) open.push(each);
    else if (typeof next === 'object' && next !== null && !(next instanceof Uint8Array)) {
      const { name, options: _options, ...rest } = next as Record<string, unknown>;
      if (typeof name === 'string' && !NAME.test(name)) return 'a name in it is no identifier';
      for (const each of Object.values(rest)) open.push(each);
    }
  }
  return undefined;
}

/** The most fields of any message that this one may hold. */
function judged(root: Type, schemaName: string): { readonly fieldsMax: number } {
  const types = new Set([root]);
  let fieldsMax = 0;
  for (const { fieldsArray } of types) {
    fieldsMax = Math.max(fieldsMax, fieldsArray.length);
    for (const { resolvedType } of fieldsArray)
      if (resolvedType && 'fieldsArray' in resolvedType) types.add(resolvedType);
  }
  if (fieldsMax > FIELDS_MAX) throw unfit(schemaName, `a message has more than ${FIELDS_MAX} fields`);
  return { fieldsMax };
}

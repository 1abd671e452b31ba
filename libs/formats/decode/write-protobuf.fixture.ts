/** Descriptors of protobuf for tests, hostile ones too, and messages by them. */
import { createRequire } from 'node:module';
import type { Type } from 'protobufjs';

const require = createRequire(import.meta.url);
const { Root } = require('protobufjs') as {
  Root: { fromDescriptor(set: Uint8Array, options: object): { lookupType(name: string): Type } };
};
const { FileDescriptorSet } = require('protobufjs/ext/descriptor') as { FileDescriptorSet: Type };

/** Numbers of descriptor.proto. */
const TYPES = { double: 1, int64: 3, string: 9, message: 11 } as const;
const [OPTIONAL, REPEATED] = [1, 3];

/** `name: type`, where a type with a leading dot is a message, and one that ends in `[]` is repeated. */
export type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function descriptorSet(messages: Messages, packageName = 'p'): Uint8Array {
  const messageType = Object.entries(messages).map(([name, fields]) => ({
    name,
    field: Object.entries(fields).map(([fieldName, text], i) => {
      const type = text.replace('[]', '');
      const label = text === type ? OPTIONAL : REPEATED;
      const kind = type.startsWith('.') ? { type: TYPES.message, typeName: type } : { type: TYPES[type as 'double'] };
      return { name: fieldName, number: i + 1, label, ...kind };
    }),
  }));
  const file = [{ name: 'own/x.proto', package: packageName, syntax: 'proto3', messageType }];
  return FileDescriptorSet.encode(FileDescriptorSet.fromObject({ file })).finish();
}

export function protobufMessage(set: Uint8Array, name: string, fields: object): Uint8Array {
  const type = Root.fromDescriptor(set, { keepCase: true }).lookupType(name);
  return type.encode(type.fromObject(fields)).finish();
}

/**
 * Protobuf as far as a drive needs it: messages described by field tables, from which both the bytes and the
 * FileDescriptorSet in the MCAP schema are made, so that the two cannot disagree.
 */

/** Numbers as in descriptor.proto's FieldDescriptorProto.Type. */
const TYPE_NUMBER = { double: 1, int64: 3, int32: 5, fixed32: 7, string: 9, message: 11, bytes: 12, enum: 14 } as const;
const LABEL_OPTIONAL = 1;
const LABEL_REPEATED = 3;

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly type: keyof typeof TYPE_NUMBER;
  readonly repeated?: boolean;
  /** For messages and enums: the full name with a leading dot. */
  readonly typeName?: string;
}

export interface ProtoMessage {
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly enums?: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export interface ProtoFile {
  readonly path: string;
  readonly package: string;
  readonly imports: readonly string[];
  readonly messages: readonly ProtoMessage[];
}

/** Appends protobuf's wire format to a growing list of parts. */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  varint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
    return this.raw(Uint8Array.from(bytes));
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#sizeBytes += bytes.byteLength;
    return this;
  }

  number(field: number, value: number): this {
    return this.varint(field * 8).varint(value);
  }

  double(field: number, value: number): this {
    return this.varint(field * 8 + 1).raw(new Uint8Array(Float64Array.of(value).buffer));
  }

  fixed32(field: number, value: number): this {
    return this.varint(field * 8 + 5).raw(new Uint8Array(Uint32Array.of(value).buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.varint(field * 8 + 2)
      .varint(value.byteLength)
      .raw(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  doubles(field: number, values: readonly number[]): this {
    return this.bytes(field, new Uint8Array(Float64Array.from(values).buffer));
  }

  /** One new array that nobody else holds. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}

function fieldDescriptor(field: ProtoField): Uint8Array {
  const writer = new ProtoWriter().text(1, field.name).number(3, field.number);
  writer.number(4, field.repeated ? LABEL_REPEATED : LABEL_OPTIONAL).number(5, TYPE_NUMBER[field.type]);
  if (field.typeName !== undefined) writer.text(6, field.typeName);
  return writer.finish();
}

function messageDescriptor(message: ProtoMessage): Uint8Array {
  const writer = new ProtoWriter().text(1, message.name);
  for (const field of message.fields) writer.bytes(2, fieldDescriptor(field));
  for (const { name, values } of message.enums ?? []) {
    const descriptor = new ProtoWriter().text(1, name);
    values.forEach((value, number) => {
      descriptor.bytes(2, new ProtoWriter().text(1, value).number(2, number).finish());
    });
    writer.bytes(4, descriptor.finish());
  }
  return writer.finish();
}

/** The FileDescriptorSet of `files`, each after what it imports. */
export function fileDescriptorSet(files: readonly ProtoFile[]): Uint8Array {
  const set = new ProtoWriter();
  for (const file of files) {
    const writer = new ProtoWriter().text(1, file.path).text(2, file.package);
    for (const path of file.imports) writer.text(3, path);
    for (const message of file.messages) writer.bytes(4, messageDescriptor(message));
    set.bytes(1, writer.text(12, 'proto3').finish());
  }
  return set.finish();
}

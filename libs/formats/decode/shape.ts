/**
 * What a message of a type is made of, judged before a library sees it. Definitions come from the log, and libraries make
 * code of their names, follow types in circles, and make room for whatever length is written. So names are plain, types
 * end, and nothing in a list is without bytes: then a message makes no more work than its bytes allow.
 */
import { MESSAGE_BYTES_MAX, unfit } from './decoder.ts';

/** A field as the parsers of `rosmsg`, `ros2idl` and `omgidl` give it. */
export interface DefinedField {
  readonly type: string;
  readonly name: string;
  readonly isComplex?: boolean;
  readonly isArray?: boolean;
  readonly isConstant?: boolean;
  readonly arrayLength?: number | undefined;
  /** Of IDL, outermost first. */
  readonly arrayLengths?: number[];
}

export interface Definition {
  readonly name?: string | undefined;
  readonly definitions: readonly DefinedField[];
  /** Of IDL; a struct where it is not said. */
  readonly aggregatedKind?: string;
  readonly annotations?: object;
}

export interface Struct {
  readonly members: readonly Member[];
  /** The least bytes that it takes, without any alignment. */
  readonly bytesMin: number;
  /** Structs without bytes that every one makes. */
  readonly idle: number;
  /** Whether XCDR2 writes its length before it. */
  readonly isAppendable: boolean;
}

export interface Member {
  readonly type: Struct | 'text' | Plain;
  /** How many: undefined for as many as are written before them. */
  readonly count: number | undefined;
  readonly isList: boolean;
}

/** So many bytes, aligned in CDR to what `alignBytes` says. */
export interface Plain {
  readonly bytes: number;
  readonly alignBytes: number;
}

const plain = (bytes: number, alignBytes = bytes): Plain => ({ bytes, alignBytes });
const TIME = plain(8, 4);
const PLAINS: ReadonlyMap<string, Plain> = new Map([
  ['bool', plain(1)],
  ['int8', plain(1)],
  ['uint8', plain(1)],
  ['int16', plain(2)],
  ['uint16', plain(2)],
  ['int32', plain(4)],
  ['uint32', plain(4)],
  ['int64', plain(8)],
  ['uint64', plain(8)],
  ['float32', plain(4)],
  ['float64', plain(8)],
  ['time', TIME],
  ['duration', TIME],
]);
const TEXT_BYTES_MIN = 4;

const NAME = /^[A-Za-z]\w{0,199}$/;
const TYPE = /^[A-Za-z]\w*(?:(?:\/|::)[A-Za-z]\w*)*$/;
const FIELDS_MAX = 20_000;
const DEPTH_MAX = 64;
const IDLE_MAX = 1024;

/** @param emptyBytes what a struct without fields takes: in ROS 2 a byte that stands for nothing. */
export function shapeOf(
  root: Definition,
  definitions: readonly Definition[],
  schemaName: string,
  emptyBytes: number,
): Struct {
  const byName = new Map(definitions.map((each) => [each.name ?? '', each]));
  const done = new Map<Definition, Struct>();
  const open = new Set<Definition>();
  let fields = 0;

  const structOf = (definition: Definition): Struct => {
    const known = done.get(definition);
    if (known) return known;
    if (open.has(definition)) throw unfit(schemaName, 'a type holds itself');
    if (open.size >= DEPTH_MAX) throw unfit(schemaName, `types are nested ${DEPTH_MAX} deep`);
    const { name = '', aggregatedKind = 'struct', annotations = {} } = definition;
    if (aggregatedKind !== 'struct') throw unfit(schemaName, `${aggregatedKind}s are not read`);
    if ('mutable' in annotations) throw unfit(schemaName, 'mutable types are not read');
    if (name !== '' && !TYPE.test(name)) throw unfit(schemaName, 'a type has an unusual name');
    open.add(definition);
    const members = definition.definitions.filter(({ isConstant }) => isConstant !== true).map(memberOf);
    open.delete(definition);
    const struct = structFrom(members, emptyBytes, 'appendable' in annotations);
    if (struct.bytesMin > MESSAGE_BYTES_MAX) throw unfit(schemaName, 'its messages are larger than any that is read');
    if (struct.idle > IDLE_MAX) throw unfit(schemaName, 'it is made of types without content');
    done.set(definition, struct);
    return struct;
  };

  const memberOf = (field: DefinedField): Member => {
    fields += 1;
    if (fields > FIELDS_MAX) throw unfit(schemaName, `it has more than ${FIELDS_MAX} fields`);
    if (!NAME.test(field.name)) throw unfit(schemaName, 'a field has an unusual name');
    const type = typeOf(field);
    const isList = field.isArray === true;
    const lengths = field.arrayLengths ?? (field.arrayLength === undefined ? undefined : [field.arrayLength]);
    const count = isList ? lengths?.reduce((product, length) => product * length, 1) : 1;
    if (count !== undefined && !(count >= 0)) throw unfit(schemaName, 'a list has no length');
    const isStruct = typeof type === 'object' && 'members' in type;
    if (isList && isStruct && (type.idle > 0 || type.bytesMin === 0)) {
      throw unfit(schemaName, `${field.name} is a list of what takes no bytes`);
    }
    return { type, count, isList };
  };

  const typeOf = ({ type, isComplex }: DefinedField): Member['type'] => {
    if (isComplex !== true) {
      const known = type === 'string' ? 'text' : PLAINS.get(type);
      if (known === undefined) throw unfit(schemaName, `nothing here reads ${JSON.stringify(type.slice(0, 100))}`);
      return known;
    }
    const definition = byName.get(type);
    if (!definition || !TYPE.test(type))
      throw unfit(schemaName, `${JSON.stringify(type.slice(0, 100))} is not defined`);
    return structOf(definition);
  };

  // All of them, for a library makes code of each.
  for (const each of definitions) if ((each.aggregatedKind ?? 'struct') === 'struct') structOf(each);
  return structOf(root);
}

function structFrom(members: readonly Member[], emptyBytes: number, isAppendable: boolean): Struct {
  let bytesMin = members.length === 0 ? emptyBytes : 0;
  let idle = bytesMin === 0 && members.length === 0 ? 1 : 0;
  for (const { type, count } of members) {
    // What counts itself takes four bytes for the count.
    if (count === undefined) bytesMin += 4;
    else if (type === 'text') bytesMin += count * TEXT_BYTES_MIN;
    else if ('members' in type) {
      bytesMin += count * type.bytesMin;
      idle += count * type.idle;
    } else bytesMin += count * type.bytes;
  }
  return { members, bytesMin, idle, isAppendable };
}

export const bytesMinOf = (type: Member['type']): number =>
  type === 'text' ? TEXT_BYTES_MIN : 'members' in type ? type.bytesMin : type.bytes;

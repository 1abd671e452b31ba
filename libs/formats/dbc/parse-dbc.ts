/** The text of a DBC: messages (`BO_`), their signals (`SG_`), words for values (`VAL_`) and kinds of numbers (`SIG_VALTYPE_`). */
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';

export interface DbcSignal {
  readonly name: string;
  /** Of the least bit where it is little-endian, else of the greatest, in the numbers of DBC. */
  readonly startBit: number;
  readonly bits: number;
  readonly isLittleEndian: boolean;
  readonly kind: 'unsigned' | 'signed' | 'float';
  readonly factor: number;
  readonly offset: number;
  readonly unit: string;
  /** The multiplexor's value with which it is there; undefined where it always is. */
  readonly multiplexedAt: number | undefined;
  readonly words: ReadonlyMap<number, string>;
}

export interface DbcMessage {
  readonly id: number;
  readonly isExtended: boolean;
  readonly name: string;
  /** What says which of the multiplexed signals are there. */
  readonly multiplexor: DbcSignal | undefined;
  readonly signals: ReadonlyMap<string, DbcSignal>;
}

/** By the name of the message. */
export type Dbc = ReadonlyMap<string, DbcMessage>;

export const DBC_BYTES_MAX = 16 * MIB;
const EXTENDED = 0x8000_0000;
const BITS_MAX = 64 * 8;

const MESSAGE = /^BO_ (\d{1,10}) (\w{1,200}) ?: ?(\d{1,4}) /;
const SIGNAL =
  /^SG_ (\w{1,200}) ?(M|m\d{1,10})? ?: ?(\d{1,4})\|(\d{1,3})@([01])([+-]) ?\(([^,()]{1,50}),([^,()]{1,50})\) ?\[[^\]]{0,100}\] ?"([^"]{0,200})"/;
/** Signals whose multiplexor is multiplexed itself are passed over. */
const NESTED_MULTIPLEX = /^SG_ \w{1,200} m\d{1,10}M/;
const VALUES = /^VAL_ (\d{1,10}) (\w{1,200}) ([^;]*);/;
const WORD = /(-?\d{1,20}) "([^"]{0,500})"/g;
const KIND = /^SIG_VALTYPE_ (\d{1,10}) (\w{1,200}) ?: ?([123])/;

type Growing<T> = { -readonly [Key in keyof T]: T[Key] };
type GrowingSignal = Growing<DbcSignal> & { words: Map<number, string> };
interface GrowingMessage extends Growing<Omit<DbcMessage, 'signals'>> {
  readonly signals: Map<string, GrowingSignal>;
}

/** @param where for messages: the file. Lines that are none of the above are passed over. */
export function dbcFromText(text: string, where: string): Dbc {
  if (text.length > DBC_BYTES_MAX) throw faulty(where, `it is longer than ${DBC_BYTES_MAX} bytes`);
  const byNumber = new Map<number, GrowingMessage>();
  let message: GrowingMessage | undefined;
  text.split('\n').forEach((line, i) => {
    const trimmed = line.trim();
    const at = `line ${i + 1}`;
    if (trimmed.startsWith('BO_ ')) {
      message = messageFrom(trimmed) ?? fail(where, `${at} is no message: ${trimmed.slice(0, 100)}`);
      byNumber.set(Number(/\d+/.exec(trimmed)?.[0]), message);
    } else if (trimmed.startsWith('SG_ ')) {
      if (NESTED_MULTIPLEX.test(trimmed)) return;
      const signal = signalFrom(trimmed) ?? fail(where, `${at} is no signal: ${trimmed.slice(0, 100)}`);
      if (!message) throw faulty(where, `${at} has a signal before any message`);
      message.signals.set(signal.name, signal);
      if (/^SG_ \w+ M ?:/.test(trimmed)) message.multiplexor = signal;
    } else if (trimmed.startsWith('VAL_ ')) readWords(trimmed, byNumber);
    else if (trimmed.startsWith('SIG_VALTYPE_ ')) readKind(trimmed, byNumber);
  });
  if (byNumber.size === 0) throw faulty(where, 'it defines no message');
  return new Map([...byNumber.values()].map((each) => [each.name, each]));
}

function faulty(where: string, fault: string): PitlaneError {
  return new PitlaneError('corrupt-input', `${where} is no DBC: ${fault}`);
}

function fail(where: string, fault: string): never {
  throw faulty(where, fault);
}

function messageFrom(line: string): GrowingMessage | undefined {
  const match = MESSAGE.exec(line);
  if (!match) return undefined;
  const number = Number(match[1]);
  const isExtended = number >= EXTENDED;
  const id = isExtended ? number - EXTENDED : number;
  return { id, isExtended, name: match[2] as string, multiplexor: undefined, signals: new Map() };
}

function signalFrom(line: string): GrowingSignal | undefined {
  const match = SIGNAL.exec(line);
  if (!match) return undefined;
  const [, name = '', multiplex = '', start, length, order, sign, factor, offset, unit = ''] = match;
  const signal = {
    name,
    startBit: Number(start),
    bits: Number(length),
    isLittleEndian: order === '1',
    kind: sign === '-' ? ('signed' as const) : ('unsigned' as const),
    factor: Number(factor),
    offset: Number(offset),
    unit,
    multiplexedAt: multiplex.startsWith('m') ? Number(multiplex.slice(1)) : undefined,
    words: new Map<number, string>(),
  };
  const isSound = signal.bits >= 1 && signal.bits <= 64 && signal.startBit < BITS_MAX;
  return isSound && Number.isFinite(signal.factor) && Number.isFinite(signal.offset) ? signal : undefined;
}

function readWords(line: string, messages: ReadonlyMap<number, GrowingMessage>): void {
  const [, number, name = '', pairs = ''] = VALUES.exec(line) ?? [];
  const signal = messages.get(Number(number))?.signals.get(name);
  for (const [, value, word = ''] of signal ? pairs.matchAll(WORD) : []) signal?.words.set(Number(value), word);
}

function readKind(line: string, messages: ReadonlyMap<number, GrowingMessage>): void {
  const [, number, name = '', kind] = KIND.exec(line) ?? [];
  const signal = messages.get(Number(number))?.signals.get(name);
  const bits = kind === '1' ? 32 : kind === '2' ? 64 : 0;
  if (signal && signal.bits === bits) signal.kind = 'float';
}

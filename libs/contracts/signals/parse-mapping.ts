/** Reads the text of a mapping. Every fault has its place, what stands there and what is expected, and all come at once. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import {
  COMBINATIONS,
  type MappedTopic,
  MAPPING_VERSION,
  type SignalMapping,
  type SignalSource,
} from './signal-mapping.ts';

export const MAPPING_BYTES_MAX = 1024 * 1024;
const ENTRIES_MAX = 2000;
const TEXT_CHARACTERS_MAX = 1000;
const RATE_HZ_MAX = 1000;
/** More are of no use to anybody. */
const FAULTS_TOLD_MAX = 20;

const SIGNAL = /^[a-z][a-z0-9_]{0,62}$/;
const FIELD = /^[A-Za-z_]\w*(?:\[\d{1,6}\])*(?:\.[A-Za-z_]\w*(?:\[\d{1,6}\])*){0,30}$/;

/**
 * @param where for messages: the file.
 * @param fileBeside gives the text of a DBC file that the mapping names, or throws. Throws `corrupt-input` with all faults.
 */
export function mappingFromText(text: string, where: string, fileBeside: (name: string) => string): SignalMapping {
  if (text.length > MAPPING_BYTES_MAX) throw faulty(where, [`it is longer than ${MAPPING_BYTES_MAX} bytes`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw faulty(where, [`it is no JSON: ${messageOf(cause)}`]);
  }
  const reader = new MappingReader(fileBeside);
  const mapping = reader.mapping(value);
  if (reader.faults.length > 0) throw faulty(where, reader.faults);
  return mapping;
}

function faulty(where: string, faults: readonly string[]): PitlaneError {
  const told = faults.slice(0, FAULTS_TOLD_MAX);
  const more = faults.length > told.length ? [`and ${faults.length - told.length} more`] : [];
  return new PitlaneError('corrupt-input', [`${where} is no mapping:`, ...told, ...more].join('\n  '));
}

type Fields = Readonly<Record<string, unknown>>;

const MAPPING_FIELDS = ['mappingVersion', 'vehicleType', 'vehicles', 'defaults', 'topics'];
const TOPIC_FIELDS = ['topic', 'schema', 'dbc', 'signals'];
const SIGNAL_FIELDS = ['signal', 'field', 'as', 'scale', 'offset', 'unit', 'words', 'where', 'rateHz'];

class MappingReader {
  readonly faults: string[] = [];
  readonly #fileBeside: (name: string) => string;

  constructor(fileBeside: (name: string) => string) {
    this.#fileBeside = fileBeside;
  }

  mapping(value: unknown): SignalMapping {
    const fields = this.#object(value, 'the mapping', MAPPING_FIELDS);
    const { mappingVersion, vehicles = [], defaults = true, topics } = fields;
    if (mappingVersion !== MAPPING_VERSION) this.#fault('mappingVersion', mappingVersion, `${MAPPING_VERSION}`);
    if (typeof defaults !== 'boolean') this.#fault('defaults', defaults, 'true or false');
    return {
      mappingVersion: MAPPING_VERSION,
      vehicleType: this.#text(fields['vehicleType'], 'vehicleType', 'a name such as "shuttle"'),
      vehicles: this.#list(vehicles, 'vehicles', 'vehicle ids or globs such as ["47", "shuttle-*"]').map((glob, at) =>
        this.#text(glob, `vehicles[${at}]`, 'an id or a glob'),
      ),
      defaults: defaults === true,
      topics: this.#list(topics, 'topics', 'a list such as [{"topic": "/can/chassis", "signals": […]}]').map(
        (topic, at) => this.#topic(topic, `topics[${at}]`),
      ),
    };
  }

  #topic(value: unknown, at: string): MappedTopic {
    const fields = this.#object(value, at, TOPIC_FIELDS);
    const { schema, dbc } = fields;
    return {
      topic: this.#text(fields['topic'], `${at}.topic`, 'a topic or a glob'),
      ...(schema !== undefined && { schema: this.#text(schema, `${at}.schema`, 'a name or a glob of schemas') }),
      ...(dbc !== undefined && { dbc: this.#dbc(dbc, `${at}.dbc`) }),
      signals: this.#list(
        fields['signals'],
        `${at}.signals`,
        'a list such as [{"signal": "speed_mps", "field": "v"}]',
      ).map((signal, i) => this.#signal(signal, `${at}.signals[${i}]`, dbc !== undefined)),
    };
  }

  #signal(value: unknown, at: string, isCan: boolean): SignalSource {
    const fields = this.#object(value, at, SIGNAL_FIELDS);
    const { signal, field, as, unit, words, where } = fields;
    if (typeof signal !== 'string' || !SIGNAL.test(signal))
      this.#fault(`${at}.signal`, signal, 'small letters, digits and _, such as "speed_mps"');
    if (typeof field !== 'string' || !FIELD.test(field))
      this.#fault(
        `${at}.field`,
        field,
        isCan ? 'a message and a signal such as "Brake.Pressure"' : 'a path such as "twist.linear.x"',
      );
    if (as !== undefined && !COMBINATIONS.some((known) => known === as))
      this.#fault(`${at}.as`, as, `one of ${COMBINATIONS.join(', ')}`);
    if (isCan && (as !== undefined || where !== undefined))
      this.#fault(at, undefined, 'neither as nor where: a signal of a DBC has none');
    const scale = this.#number(fields['scale'], `${at}.scale`);
    const offset = this.#number(fields['offset'], `${at}.offset`);
    const rateHz = this.#number(fields['rateHz'], `${at}.rateHz`);
    if (rateHz !== undefined && !(rateHz > 0 && rateHz <= RATE_HZ_MAX))
      this.#fault(`${at}.rateHz`, rateHz, `a number above 0, ${RATE_HZ_MAX} at most`);
    return {
      signal: String(signal),
      field: String(field),
      ...(as !== undefined && { as: as as NonNullable<SignalSource['as']> }),
      ...(scale !== undefined && { scale }),
      ...(offset !== undefined && { offset }),
      ...(unit !== undefined && { unit: this.#text(unit, `${at}.unit`, 'a unit such as "m/s"') }),
      ...(words !== undefined && { words: this.#words(words, `${at}.words`) }),
      ...(where !== undefined && { where: this.#where(where, `${at}.where`) }),
      ...(rateHz !== undefined && { rateHz }),
    };
  }

  #words(value: unknown, at: string): Readonly<Record<string, string>> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const words = isObject ? Object.entries(value) : [];
    if (words.length === 0 || words.length > ENTRIES_MAX || !words.every(([, word]) => typeof word === 'string'))
      this.#fault(at, value, 'words by value such as {"0": "off", "1": "on"}');
    return Object.fromEntries(words) as Record<string, string>;
  }

  #where(value: unknown, at: string): NonNullable<SignalSource['where']> {
    const { field, is } = this.#object(value, at, ['field', 'is']);
    if (typeof field !== 'string' || !FIELD.test(field))
      this.#fault(`${at}.field`, field, 'a path such as "status.status"');
    const values = this.#list(is, `${at}.is`, 'values such as [1, 2]');
    return {
      field: String(field),
      is: values.filter((each) => ['string', 'number', 'boolean'].includes(typeof each)) as string[],
    };
  }

  #dbc(value: unknown, at: string): string {
    // A name alone: the file lies beside the mapping, and nowhere else.
    if (typeof value !== 'string' || !/^[\w][\w. -]{0,200}\.dbc$/i.test(value)) {
      this.#fault(at, value, 'the name of a file beside the mapping, such as "chassis.dbc"');
      return '';
    }
    try {
      return this.#fileBeside(value);
    } catch (error) {
      this.#fault(at, value, `a file that can be read (${messageOf(error)})`);
      return '';
    }
  }

  #object(value: unknown, at: string, known: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fault(at, value, `an object with ${known.join(', ')}`);
      return {};
    }
    for (const name of Object.keys(value))
      if (!known.includes(name)) this.faults.push(`${at}.${name}: no such field: there are ${known.join(', ')}`);
    return value as Fields;
  }

  #list(value: unknown, at: string, expected: string): readonly unknown[] {
    if (Array.isArray(value) && value.length <= ENTRIES_MAX) return value;
    this.#fault(at, Array.isArray(value) ? `a list of ${value.length}` : value, expected);
    return [];
  }

  #text(value: unknown, at: string, expected: string): string {
    const isSound = typeof value === 'string' && value.length > 0 && value.length <= TEXT_CHARACTERS_MAX;
    if (isSound && !/\p{Cc}/u.test(value)) return value;
    this.#fault(at, value, expected);
    return '';
  }

  #number(value: unknown, at: string): number | undefined {
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
    this.#fault(at, value, 'a number');
    return undefined;
  }

  #fault(at: string, value: unknown, expected: string): void {
    const told = value === undefined ? '' : ` is ${JSON.stringify(value)?.slice(0, 100)}`;
    this.faults.push(`${at}${told}: expected ${expected}`);
  }
}

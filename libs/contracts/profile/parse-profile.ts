/** Reads the text of a profile. Every fault has its place, what stands there and what is expected, and all come at once. */
import { PitlaneError } from '@pitlane/base/errors';
import {
  DEFAULT_TOLERANCE,
  type ExpectedTopic,
  PROFILE_VERSION,
  TOPIC_KINDS,
  type VehicleProfile,
} from './vehicle-profile.ts';

export const PROFILE_BYTES_MAX = 1024 * 1024;
const ENTRIES_MAX = 2000;
const GLOB_CHARACTERS_MAX = 1000;
const HINT_CHARACTERS_MAX = 200;
const RATE_HZ_MAX = 100_000;
const GAP_MS_MAX = 24 * 3_600_000;
/** More are of no use to anybody. */
const FAULTS_TOLD_MAX = 20;

/** @param where for messages: the file. Throws `corrupt-input` with all faults. */
export function profileFromText(text: string, where: string): VehicleProfile {
  if (text.length > PROFILE_BYTES_MAX) throw faulty(where, [`it is longer than ${PROFILE_BYTES_MAX} bytes`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw faulty(where, [`it is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  const reader = new ProfileReader();
  const profile = reader.profile(value);
  if (reader.faults.length > 0) throw faulty(where, reader.faults);
  return profile;
}

function faulty(where: string, faults: readonly string[]): PitlaneError {
  const told = faults.slice(0, FAULTS_TOLD_MAX);
  const more = faults.length > told.length ? [`and ${faults.length - told.length} more`] : [];
  return new PitlaneError('corrupt-input', [`${where} is no profile:`, ...told, ...more].join('\n  '));
}

type Fields = Readonly<Record<string, unknown>>;

const PROFILE_FIELDS = ['profileVersion', 'vehicleType', 'vehicles', 'topics'];
const TOPIC_FIELDS = ['topic', 'kind', 'required', 'rateHz', 'tolerance', 'gapMs', 'periodic', 'hint'];

/** What stands in the place of what is faulty: the faults are told, and nobody gets it. */
const NO_TOPIC: ExpectedTopic = { topic: '', required: false, tolerance: DEFAULT_TOLERANCE };
const NOTHING: VehicleProfile = { profileVersion: PROFILE_VERSION, vehicleType: '', vehicles: [], topics: [] };

class ProfileReader {
  readonly faults: string[] = [];

  profile(value: unknown): VehicleProfile {
    const fields = this.#object(value, 'the profile', PROFILE_FIELDS);
    if (!fields) return NOTHING;
    if (fields['profileVersion'] !== PROFILE_VERSION)
      this.#fault('profileVersion', fields['profileVersion'], `${PROFILE_VERSION}`);
    const vehicleType = this.#text(fields, '', 'vehicleType', 'a name such as "shuttle"');
    const vehicles = this.#list(
      fields['vehicles'] ?? [],
      'vehicles',
      'vehicle ids or globs such as ["47", "shuttle-*"]',
    );
    const topics = this.#list(fields['topics'], 'topics', 'a list such as [{"topic": "/lidar_top", "rateHz": 10}]');
    return {
      profileVersion: PROFILE_VERSION,
      vehicleType,
      vehicles: vehicles.map((glob, at) => this.#glob(glob, `vehicles[${at}]`)),
      topics: topics.map((topic, at) => this.#topic(topic, `topics[${at}]`)),
    };
  }

  #topic(value: unknown, at: string): ExpectedTopic {
    const fields = this.#object(value, at, TOPIC_FIELDS);
    if (!fields) return NO_TOPIC;
    const { kind, required = true, periodic } = fields;
    const rateHz = this.#number(fields, at, 'rateHz', [0, RATE_HZ_MAX], '10');
    const gapMs = this.#number(fields, at, 'gapMs', [0, GAP_MS_MAX], '300');
    const { tolerance = DEFAULT_TOLERANCE } = fields;
    if (!(typeof tolerance === 'number' && tolerance >= 0 && tolerance < 1))
      this.#fault(`${at}.tolerance`, tolerance, 'a share from 0 to below 1, such as 0.2');
    const isKind = kind === undefined || TOPIC_KINDS.some((known) => known === kind);
    if (!isKind) this.#fault(`${at}.kind`, kind, `one of ${TOPIC_KINDS.join(', ')}`);
    for (const [name, flag] of [
      ['required', required],
      ['periodic', periodic ?? false],
    ] as const)
      if (typeof flag !== 'boolean') this.#fault(`${at}.${name}`, flag, 'true or false');
    if (periodic === false && (rateHz !== undefined || gapMs !== undefined))
      this.#fault(`${at}.periodic`, periodic, 'true where there is a rateHz or gapMs');
    const hint =
      fields['hint'] === undefined
        ? undefined
        : this.#text(fields, at, 'hint', 'one line such as "check the connector"');
    return {
      topic: this.#glob(fields['topic'], `${at}.topic`),
      ...(kind !== undefined && isKind && { kind: kind as NonNullable<ExpectedTopic['kind']> }),
      required: required === true,
      ...(rateHz !== undefined && { rateHz }),
      tolerance: Number(tolerance),
      ...(gapMs !== undefined && { gapMs }),
      ...(periodic !== undefined && { periodic: periodic === true }),
      ...(hint !== undefined && { hint }),
    };
  }

  #object(value: unknown, at: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fault(at, value, `an object with ${known.join(', ')}`);
      return undefined;
    }
    for (const name of Object.keys(value))
      if (!known.includes(name))
        this.#fault(
          `${at === 'the profile' ? '' : `${at}.`}${name}`,
          undefined,
          `no such field: there are ${known.join(', ')}`,
        );
    return value as Fields;
  }

  #list(value: unknown, at: string, expected: string): readonly unknown[] {
    if (Array.isArray(value) && value.length <= ENTRIES_MAX) return value;
    this.#fault(
      at,
      Array.isArray(value) ? `a list of ${value.length}` : value,
      Array.isArray(value) ? `${ENTRIES_MAX} at most` : expected,
    );
    return [];
  }

  #glob(value: unknown, at: string): string {
    if (typeof value === 'string' && value.length > 0 && value.length <= GLOB_CHARACTERS_MAX) return value;
    this.#fault(at, value, `a name or a glob of 1 to ${GLOB_CHARACTERS_MAX} characters`);
    return '';
  }

  #text(fields: Fields, at: string, name: string, expected: string): string {
    const value = fields[name];
    const isSound = typeof value === 'string' && value.trim() !== '' && value.length <= HINT_CHARACTERS_MAX;
    // A line of the verdict is one line, whatever a profile says.
    if (isSound && !/\p{Cc}/u.test(value)) return value;
    this.#fault(at === '' ? name : `${at}.${name}`, value, expected);
    return '';
  }

  #number(
    fields: Fields,
    at: string,
    name: string,
    [above, max]: readonly [number, number],
    example: string,
  ): number | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value > above && value <= max) return value;
    this.#fault(`${at}.${name}`, value, `a number above ${above}, ${max} at most, such as ${example}`);
    return undefined;
  }

  #fault(at: string, value: unknown, expected: string): void {
    const told = value === undefined ? '' : ` is ${JSON.stringify(value)?.slice(0, 100)}`;
    this.faults.push(`${at}${told}: expected ${expected}`.replace('expected no such field', 'no such field'));
  }
}

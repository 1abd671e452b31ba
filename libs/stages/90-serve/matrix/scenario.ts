/**
 * What a run of the matrix is to do, as a person writes it in YAML: which slices, which program, what it may take. All
 * faults are told together, each with its place.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { canonicalJson, sha256Of, type Sha256Hex } from '@pitlane/contracts/identity';

export interface Program {
  /** The program and its arguments; no shell reads them. */
  readonly argv: readonly string[];
  /** Variables of the environment that it gets, besides PATH; all others stay out. */
  readonly env: readonly string[];
  readonly timeoutS: number;
  /** What it may print; the rest of the output is cut off, and the verdict is an error. */
  readonly stdoutBytesMax: number;
  /** A note for whoever runs it on a cluster; nothing here enforces it. */
  readonly resources: { readonly memory: string; readonly cpus: string };
}

export interface Scenario {
  readonly name: string;
  /** SQL on the catalog's views: drive_id, and if wanted tenant, start_ns, end_ns and group_name. */
  readonly select: string;
  /** Globs; empty for all. */
  readonly topics: readonly string[];
  /** Cuts each slice into windows; without, slices stay as they were selected. */
  readonly windows: { readonly seconds: number; readonly strideSeconds: number } | null;
  /** So many of the slices, drawn by the seed; null for all. */
  readonly sample: number | null;
  readonly seed: string;
  /** How often each slice is run. */
  readonly repeats: number;
  readonly format: 'ndjson' | 'mcap';
  /** A slice of which anything is lost or on the way: an error, or played with what is there. */
  readonly missing: 'fail' | 'skip';
  readonly program: Program;
}

const MAX = { repeats: 100, timeoutS: 86_400, sample: 100_000, argv: 256, text: 65_536 } as const;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const scenarioDigest = (scenario: Scenario): Sha256Hex => sha256Of(canonicalJson(scenario));

/** @param value as the YAML says it. Throws `bad-usage` with all faults. */
export function scenarioFrom(value: unknown): Scenario {
  const told = new Told(value, '');
  const scenario: Scenario = {
    name: told.text('name', (text) => NAME.test(text), 'letters, digits, dots, dashes and underscores, at most 64'),
    select: told.text('select', (text) => text.trim() !== '', 'a SELECT that gives drive_id'),
    topics: told.texts('topics', []),
    windows: windowsFrom(told.inside('windows')),
    sample: told.whole('sample', null, 1, MAX.sample),
    seed: String(told.whole('seed', 1, 0, Number.MAX_SAFE_INTEGER)),
    repeats: told.whole('repeats', 1, 1, MAX.repeats),
    format: told.oneOf('format', ['ndjson', 'mcap']),
    missing: told.oneOf('missing', ['fail', 'skip']),
    program: programFrom(told.inside('program') ?? told.missing('program')),
  };
  told.end();
  return scenario;
}

function windowsFrom(told: Told | undefined): Scenario['windows'] {
  if (!told) return null;
  const seconds = told.whole('seconds', undefined, 1, MAX.timeoutS);
  return { seconds, strideSeconds: told.whole('strideSeconds', seconds, 1, MAX.timeoutS) };
}

function programFrom(told: Told): Program {
  const resources = told.inside('resources');
  return {
    argv: told.texts('argv', undefined),
    env: told.texts('env', []),
    timeoutS: told.whole('timeoutS', 600, 1, MAX.timeoutS),
    stdoutBytesMax: told.whole('stdoutBytesMax', 16 * 1024 * 1024, 1, 1024 * 1024 * 1024),
    resources: {
      memory: resources?.text('memory', () => true, 'text', '') ?? '',
      cpus: resources?.text('cpus', () => true, 'text', '') ?? '',
    },
  };
}

/** A mapping of the YAML: what was asked of it, and what is wrong with it. */
class Told {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #asked = new Set<string>();
  readonly #faults: string[];
  readonly #insides: Told[] = [];

  constructor(value: unknown, where: string, faults: string[] = []) {
    this.#where = where;
    this.#faults = faults;
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isMapping) this.#fault('', 'a mapping');
    this.#fields = isMapping ? (value as Record<string, unknown>) : {};
  }

  inside(name: string): Told | undefined {
    const value = this.#take(name);
    return value === undefined || value === null ? undefined : this.#open(name, value);
  }

  missing(name: string): Told {
    this.#fault(name, 'a mapping; it is missing');
    return this.#open(name, {});
  }

  text(name: string, isFit: (text: string) => boolean, expected: string, standard?: string): string {
    const value = this.#take(name) ?? standard;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text.length <= MAX.text && isFit(text)) return text;
    this.#fault(name, expected);
    return '';
  }

  texts(name: string, standard: readonly string[] | undefined): readonly string[] {
    const value = this.#take(name) ?? standard;
    const isFit = (one: unknown): boolean => typeof one === 'string' && one.length <= MAX.text && !one.includes('\0');
    const least = standard === undefined ? 1 : 0;
    if (Array.isArray(value) && value.length >= least && value.length <= MAX.argv && value.every(isFit)) {
      return value as string[];
    }
    this.#fault(name, least === 1 ? 'a list of texts with at least one' : 'a list of texts');
    return [];
  }

  whole<T extends number | null | undefined>(
    name: string,
    standard: T,
    min: number,
    max: number,
  ): number | Exclude<T, undefined> {
    const value = this.#take(name) ?? standard;
    if (value === null && standard === null) return value as Exclude<T, undefined>;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.#fault(name, `a whole number from ${min} to ${max}`);
    return min;
  }

  oneOf<T extends string>(name: string, names: readonly [T, ...T[]]): T {
    const value = this.#take(name) ?? names[0];
    const found = names.find((one) => one === value);
    if (found === undefined) this.#fault(name, `one of ${names.join(', ')}`);
    return found ?? names[0];
  }

  /** Throws all faults, those of names that nobody knows too. */
  end(): void {
    this.#tellUnknown();
    if (this.#faults.length === 0) return;
    throw new PitlaneError(
      'bad-usage',
      `the scenario cannot be used:\n${this.#faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }

  #tellUnknown(): void {
    for (const name of Object.keys(this.#fields)) {
      if (!this.#asked.has(name)) this.#fault(name, `one of ${[...this.#asked].join(', ')} in its place`);
    }
    for (const inside of this.#insides) inside.#tellUnknown();
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  #open(name: string, value: unknown): Told {
    const inside = new Told(value, `${this.#where}${name}.`, this.#faults);
    this.#insides.push(inside);
    return inside;
  }

  #fault(name: string, expected: string): void {
    const place = `${this.#where}${name}`.replace(/\.$/, '');
    this.#faults.push(`${place === '' ? 'the whole' : place}: expected ${expected}`);
  }
}

/** Reads the text of a sampling plan. Every fault has its place, what stands there and what is expected; all come at once. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import {
  type CompanionTopic,
  fieldsOf,
  type FramesPlan,
  SAMPLING_PLAN_VERSION,
  type SamplingPlan,
  UNNAMED,
  type WindowsPlan,
  type WindowTopic,
} from './sampling-plan.ts';

export const SAMPLING_PLAN_BYTES_MAX = 64 * 1024;
const TOPICS_MAX = 100;
const TOPIC_CHARACTERS_MAX = 1024;
const NAME_CHARACTERS_MAX = 40;
const TOLERANCE_MS_MAX = 60_000;
const WINDOW_MS_MAX = 3_600_000;
const FAULTS_TOLD_MAX = 20;
/** The member that says where a sample comes from. */
const PROVENANCE = 'json';

/** @param where for messages: the file. Throws `corrupt-input` with all faults. */
export function samplingPlanFromText(text: string, where: string): SamplingPlan {
  if (text.length > SAMPLING_PLAN_BYTES_MAX) {
    throw faulty(where, [`it is longer than ${SAMPLING_PLAN_BYTES_MAX} characters`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw faulty(where, [`it is no JSON: ${messageOf(cause)}`]);
  }
  const reader = new PlanReader();
  const plan = reader.plan(value);
  if (reader.faults.length > 0 || !plan) throw faulty(where, reader.faults);
  return plan;
}

function faulty(where: string, faults: readonly string[]): PitlaneError {
  const told = faults.slice(0, FAULTS_TOLD_MAX);
  const more = faults.length > told.length ? [`and ${faults.length - told.length} more`] : [];
  return new PitlaneError('corrupt-input', [`${where} is no sampling plan:`, ...told, ...more].join('\n  '));
}

type Fields = Readonly<Record<string, unknown>>;

const FRAMES_FIELDS = ['samplingPlanVersion', 'kind', 'camera', 'as', 'with'];
const WINDOWS_FIELDS = ['samplingPlanVersion', 'kind', 'seconds', 'strideSeconds', 'topics'];
const COMPANION_FIELDS = ['topic', 'as', 'toleranceMs', 'missing'];
const TOPIC_FIELDS = ['topic', 'as', 'missing'];

class PlanReader {
  readonly faults: string[] = [];

  plan(value: unknown): SamplingPlan | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fault('the plan', value, 'an object with "kind": "frames" or "windows"');
      return undefined;
    }
    const fields = value as Fields;
    const { samplingPlanVersion = SAMPLING_PLAN_VERSION, kind } = fields;
    if (samplingPlanVersion !== SAMPLING_PLAN_VERSION)
      this.#fault('samplingPlanVersion', samplingPlanVersion, `${SAMPLING_PLAN_VERSION}`);
    if (kind !== 'frames' && kind !== 'windows') {
      this.#fault('kind', kind, '"frames" or "windows"');
      return undefined;
    }
    const plan = kind === 'frames' ? this.#frames(fields) : this.#windows(fields);
    this.#distinct(plan);
    return plan;
  }

  #frames(fields: Fields): FramesPlan {
    this.#known(fields, '', FRAMES_FIELDS);
    const camera = this.#topic(fields['camera'], 'camera');
    const as = fields['as'] === undefined ? '' : this.#name(fields['as'], 'as');
    const companions = this.#list(fields['with'] ?? [], 'with', '[{"topic": "/lidar", "toleranceMs": 60}]', 0);
    return {
      samplingPlanVersion: SAMPLING_PLAN_VERSION,
      kind: 'frames',
      camera,
      as,
      with: companions.map((one, at) => this.#companion(one, `with[${at}]`)),
    };
  }

  #companion(value: unknown, at: string): CompanionTopic {
    const fields = this.#object(value, at, COMPANION_FIELDS);
    const topic = this.#windowTopic(fields, at);
    const toleranceMs = fields['toleranceMs'];
    if (!isWhole(toleranceMs, 0, TOLERANCE_MS_MAX))
      this.#fault(`${at}.toleranceMs`, toleranceMs, `whole milliseconds from 0 to ${TOLERANCE_MS_MAX}, such as 60`);
    return { ...topic, toleranceMs: Number(toleranceMs) };
  }

  #windows(fields: Fields): WindowsPlan {
    this.#known(fields, '', WINDOWS_FIELDS);
    const lengthMs = this.#seconds(fields['seconds'], 'seconds');
    const strideMs = this.#seconds(fields['strideSeconds'] ?? fields['seconds'], 'strideSeconds');
    const topics = this.#list(fields['topics'], 'topics', '[{"topic": "/imu"}] or ["/imu"]', 1);
    return {
      samplingPlanVersion: SAMPLING_PLAN_VERSION,
      kind: 'windows',
      lengthMs,
      strideMs,
      topics: topics.map((one, at) => {
        const place = `topics[${at}]`;
        return this.#windowTopic(
          typeof one === 'string' ? { topic: one } : this.#object(one, place, TOPIC_FIELDS),
          place,
        );
      }),
    };
  }

  #windowTopic(fields: Fields, at: string): WindowTopic {
    const topic = this.#topic(fields['topic'], `${at}.topic`);
    const { missing = 'drop' } = fields;
    if (missing !== 'drop' && missing !== 'omit') this.#fault(`${at}.missing`, missing, '"drop" or "omit"');
    const as = fields['as'] === undefined ? nameFromTopic(topic) : this.#name(fields['as'], `${at}.as`);
    return { topic, as, missing: missing === 'omit' ? 'omit' : 'drop' };
  }

  /** Members of a sample are told apart by what stands before the first dot of their names. */
  #distinct(plan: SamplingPlan): void {
    const seen = new Set<string>();
    for (const { as, topic } of fieldsOf(plan)) {
      const stem = (as === '' ? UNNAMED : as).split('.')[0] as string;
      if (seen.has(stem))
        this.faults.push(`${JSON.stringify(topic)} is called ${stem}, as another is: give it an "as"`);
      seen.add(stem);
    }
  }

  #object(value: unknown, at: string, known: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fault(at, value, `an object with ${known.join(', ')}`);
      return {};
    }
    this.#known(value as Fields, `${at}.`, known);
    return value as Fields;
  }

  #known(fields: Fields, at: string, known: readonly string[]): void {
    for (const name of Object.keys(fields)) {
      if (!known.includes(name)) this.faults.push(`${at}${name}: no such field, there are ${known.join(', ')}`);
    }
  }

  #list(value: unknown, at: string, example: string, least: number): readonly unknown[] {
    if (Array.isArray(value) && value.length >= least && value.length <= TOPICS_MAX) return value;
    this.#fault(
      at,
      Array.isArray(value) ? `a list of ${value.length}` : value,
      `${least} to ${TOPICS_MAX} topics: ${example}`,
    );
    return [];
  }

  #topic(value: unknown, at: string): string {
    if (typeof value === 'string' && value.length > 0 && value.length <= TOPIC_CHARACTERS_MAX) return value;
    this.#fault(at, value, `a topic, such as "/camera/front/image/compressed"`);
    return '';
  }

  #name(value: unknown, at: string): string {
    const isName =
      typeof value === 'string' && value.length <= NAME_CHARACTERS_MAX && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(value);
    if (isName && value !== PROVENANCE) return value;
    this.#fault(at, value, `up to ${NAME_CHARACTERS_MAX} of a-z 0-9 _ - with dots between, and not "${PROVENANCE}"`);
    return '';
  }

  #seconds(value: unknown, at: string): number {
    const milliseconds = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
    if (isWhole(milliseconds, 1, WINDOW_MS_MAX) && Math.abs(milliseconds - (value as number) * 1000) < 1e-6) {
      return milliseconds;
    }
    this.#fault(at, value, `seconds to the millisecond, above 0 and at most ${WINDOW_MS_MAX / 1000}, such as 2.5`);
    return 1;
  }

  #fault(at: string, value: unknown, expected: string): void {
    const told = value === undefined ? ' is missing' : ` is ${JSON.stringify(value)?.slice(0, 100)}`;
    this.faults.push(`${at}${told}: expected ${expected}`);
  }
}

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

/** `/lidar/top/points` → `lidar_top_points`; the end of a long one. */
const nameFromTopic = (topic: string): string =>
  topic
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(-NAME_CHARACTERS_MAX)
    .replace(/^_+/, '') || 'field';

/**
 * What a disk says of its health, in plain words, from the JSON of `smartctl --json -H -A -i`. The disk is the one that is
 * asked, so every field is a claim: of the wrong type it is as good as absent.
 */
import { counted } from '@pitlane/base/units';
import { clean } from './block-device.ts';

export interface DiskHealth {
  readonly verdict: 'healthy' | 'worn' | 'failing' | 'unknown';
  /** For people. */
  readonly text: string;
  readonly temperatureC: number | null;
  readonly powerOnHours: number | null;
}

export interface SmartReport {
  readonly health: DiskHealth;
  readonly model: string | null;
  /** Of the disk itself, where a bridge before it tells its own. */
  readonly serial: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

const ADVICE = 'copy it and replace it';
/** Rows of the attribute table; more are passed over. */
const ATTRIBUTES_MAX = 256;
/** Raw values of these are counts of sectors that were lost or are about to be. */
const LOST: readonly { readonly id: number; readonly one: string }[] = [
  { id: 5, one: 'reallocated sector' },
  { id: 197, one: 'sector waiting to be reallocated' },
  { id: 198, one: 'sector that cannot be read' },
  { id: 187, one: 'error that could not be corrected' },
];
const MANY: Readonly<Record<number, string>> = {
  197: 'sectors waiting to be reallocated',
  198: 'sectors that cannot be read',
  187: 'errors that could not be corrected',
};
const COUNT_MAX = 2 ** 32;
/** Of NVMe's `critical_warning`; heat (2) is said, and is no reason to replace a disk. */
const CRITICAL: readonly { readonly bit: number; readonly text: string }[] = [
  { bit: 1, text: 'its spare is used up' },
  { bit: 4, text: 'it is not reliable any more' },
  { bit: 8, text: 'it is read-only' },
  { bit: 16, text: 'its memory has lost its backup' },
];
const WORN_PERCENT = 100;

export const unknownHealth = (why: string): DiskHealth => ({
  verdict: 'unknown',
  text: `health unknown: ${why}`,
  temperatureC: null,
  powerOnHours: null,
});

/** @param json parsed, whatever it is */
export function smartReportFrom(json: unknown): SmartReport {
  const report = fieldsOf(json);
  const nvme = fieldsOf(report['nvme_smart_health_information_log']);
  const failures = [...ataFailures(report), ...nvmeFailures(nvme)];
  const passed = fieldsOf(report['smart_status'])['passed'];
  if (passed === false && failures.length === 0) failures.push('it says so itself');
  const used = numberOf(nvme['percentage_used']);
  const measured = {
    temperatureC: numberOf(fieldsOf(report['temperature'])['current']),
    powerOnHours: numberOf(fieldsOf(report['power_on_time'])['hours']),
  };
  const told = (verdict: DiskHealth['verdict'], text: string): SmartReport => ({
    health: { verdict, text, ...measured },
    model: textOf(report['model_name']),
    serial: textOf(report['serial_number']),
  });
  if (failures.length > 0) return told('failing', `FAILING: ${failures.join(', ')}: ${ADVICE}`);
  if (used !== null && used >= WORN_PERCENT) {
    return told('worn', `worn: ${used} % of the writes it is made for are used: replace it soon`);
  }
  if (passed === true) return told('healthy', 'healthy');
  return told('unknown', `health unknown: ${messageIn(report) ?? 'the disk tells nothing of it'}`);
}

function ataFailures(report: Fields): string[] {
  const table = fieldsOf(report['ata_smart_attributes'])['table'];
  const rows = Array.isArray(table) ? table.slice(0, ATTRIBUTES_MAX).map(fieldsOf) : [];
  const failures: string[] = [];
  for (const { id, one } of LOST) {
    const row = rows.find((candidate) => candidate['id'] === id);
    const count = row && rawCount(row);
    if (count) failures.push(counted(count, one, MANY[id]));
  }
  for (const row of rows.filter((candidate) => candidate['when_failed'] === 'now')) {
    failures.push(`${textOf(row['name']) ?? 'an attribute'} is below its threshold`);
  }
  return failures;
}

/** Some makers pack more than the count into the raw value; the text before it begins with the count. */
function rawCount(row: Fields): number {
  const raw = fieldsOf(row['raw']);
  const value = numberOf(raw['value']) ?? 0;
  if (value < COUNT_MAX) return value;
  return Number(/^\d{1,9}/.exec(textOf(raw['string']) ?? '')?.[0] ?? 0);
}

function nvmeFailures(log: Fields): string[] {
  const warning = numberOf(log['critical_warning']) ?? 0;
  const failures = CRITICAL.filter(({ bit }) => (warning & bit) !== 0).map(({ text }) => text);
  const [spare, least] = [numberOf(log['available_spare']), numberOf(log['available_spare_threshold'])];
  if (spare !== null && least !== null && spare < least) failures.push(`${spare} % of its spare is left`);
  const errors = numberOf(log['media_errors']) ?? 0;
  if (errors > 0) failures.push(counted(errors, 'media error'));
  return [...new Set(failures)];
}

/** What smartctl itself says went wrong. */
export function messageIn(report: Fields): string | null {
  const messages = fieldsOf(report['smartctl'])['messages'];
  const [first] = Array.isArray(messages) ? messages : [];
  return textOf(fieldsOf(first)['string']);
}

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? clean(value) : null);

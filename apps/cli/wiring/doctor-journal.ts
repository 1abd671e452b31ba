/** The journal as checks of the doctor: each invariant once, with what does not hold and what to do about it; and its outbox. */
import { JOURNAL_RULES, type JournalFault, type JournalRule } from '@pitlane/garage';
import { counted } from '@pitlane/base/units';
import type { OutboxCount } from '@pitlane/ports/journal';
import type { Check } from '@pitlane/wiring';

/** Of one rule; the others are counted. */
const TOLD_MAX = 5;

interface Found {
  broken: number;
  left: number;
  readonly told: string[];
}

/** What a crash left over is no failure: it is told, with who takes it away. */
export async function* journalChecks(faults: AsyncIterable<JournalFault>): AsyncGenerator<Check> {
  const found = new Map<JournalRule, Found>();
  for (const rule of Object.keys(JOURNAL_RULES) as JournalRule[]) found.set(rule, { broken: 0, left: 0, told: [] });
  for await (const { rule, kind, text } of faults) {
    const of = found.get(rule) as Found;
    of[kind] += 1;
    if (of.told.length < TOLD_MAX) of.told.push(text);
  }
  for (const [rule, { broken, left, told }] of found) {
    const more = broken + left - told.length;
    const text = [...told, ...(more > 0 ? [`and ${counted(more, 'further one')}`] : [])].join('; ');
    yield { name: `journal: ${JOURNAL_RULES[rule]}`, ok: broken === 0, text };
  }
}

/** What is parked waits for a person. */
export function webhookCheck(counts: readonly OutboxCount[]): Check {
  const sum = (of: 'waiting' | 'parked'): number => counts.reduce((total, count) => total + count[of], 0);
  const [waiting, parked] = [sum('waiting'), sum('parked')];
  const next = parked === 0 ? '' : ': `pitlane webhooks list` says why, `pitlane webhooks replay` sends them again';
  return { name: 'webhooks are delivered', ok: parked === 0, text: `${waiting} waiting, ${parked} parked${next}` };
}

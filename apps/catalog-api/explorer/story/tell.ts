/**
 * A drive's whole story in plain sentences, oldest first: what was recorded, what happened on the way and what is wrong with
 * it; then docked, judged, landed, receipted, and what was done with it since. The car's own clock and everybody else's
 * need not agree, so what happened on the drive is told before what was done with it, whatever the car believes the time to be.
 */
import { timeNsFromText } from '@pitlane/base/time';
import { counted, textFromBytes, textFromSeconds } from '@pitlane/base/units';
import type { SqlRow } from '@pitlane/ports/catalog';
import { countOf, textOf, textsOf } from '../of-drive.ts';
import { happened, more, said, type Sentence, told } from './sentences.ts';
import type { StoryRows } from './story-rows.ts';
import { whatHappened } from './tell-drive.ts';
import { whatWasDone } from './tell-since.ts';
import { listed, momentText, plain, sentence } from './words.ts';

export function tell(rows: StoryRows): Sentence[] {
  return [recorded(rows.drive), ...whatHappened(rows), docked(rows), ...judged(rows), ...whatWasDone(rows)];
}

const NO_TIME: Readonly<Record<string, string>> = {
  none: 'none of its messages has a time',
  'beyond-2^63': 'its times do not fit any calendar',
};

function recorded(drive: SqlRow): Sentence {
  const vehicle = plain(textOf(drive['vehicle_id']) ?? 'A vehicle');
  const [start, end] = [textOf(drive['start_ns']), textOf(drive['end_ns'])];
  const labels = labelsText(textOf(drive['labels']));
  const quality = textOf(drive['time_quality']) ?? 'none';
  if (start === null || end === null) {
    const why = NO_TIME[quality] ?? 'nobody has read when';
    return said('recorded', `${vehicle} recorded this drive; ${why}.${labels}`);
  }
  const seconds = Number(BigInt(end) - BigInt(start)) / 1e9;
  const doubt =
    quality === 'unknown' || quality === 'docking'
      ? ' The clock of the car is not believed: nothing but the docking says when that was.'
      : '';
  const text = `${vehicle} recorded ${textFromSeconds(seconds)}, from ${momentText(start)} to ${momentText(end)} by its own clock.`;
  return {
    time: start,
    clock: 'log',
    kind: 'recorded',
    text: `${text}${doubt}${labels}`,
    topic: null,
    startTime: start,
    endTime: end,
  };
}

function labelsText(json: string | null): string {
  let labels: unknown;
  try {
    labels = JSON.parse(json ?? '{}');
  } catch {
    return '';
  }
  const entries = Object.entries((labels ?? {}) as Record<string, unknown>);
  if (entries.length === 0) return '';
  return ` Its labels: ${plain(entries.map(([name, value]) => `${name} ${String(value)}`).join(', '))}.`;
}

function docked({ drive, recordings }: StoryRows): Sentence {
  const at = textOf(drive['docked_at']);
  const counting = recordings.filter((row) => row['set_state'] !== 'superseded');
  const count = sum(counting, 'recordings');
  const copies = sum(recordings, 'recordings') - count;
  const garages = textsOf(drive['garages']).map(plain);
  const where =
    garages.length > 1 ? `in the garages ${listed(garages)}, first` : `in the garage ${garages[0] ?? 'of its owner'}`;
  const when = at === null ? '' : ` at ${momentText(nsOf(at))} UTC`;
  const brought = `with ${counted(count, 'recording')} of ${textFromBytes(sum(counting, 'bytes'))}`;
  const beside =
    copies === 0
      ? ''
      : ` ${counted(copies, 'recording')} beside ${copies === 1 ? 'that is a copy' : 'those are copies'} of what others hold whole, and ${copies === 1 ? 'does' : 'do'} not count.`;
  return happened('docked', at === null ? null : nsOf(at), `It was docked ${where}${when}, ${brought}.${beside}`);
}

function judged({ verdicts: [verdict], findings }: StoryRows): Sentence[] {
  if (!verdict) return [];
  const from =
    verdict['judged_from'] === 'messages' ? 'all of its messages were looked at' : 'its indexes were looked at';
  const type = textOf(verdict['vehicle_type']);
  const by = type === null ? 'without a profile' : `by the profile of ${plain(type)}`;
  const summary = plain(textOf(verdict['summary']) ?? '');
  return [
    said('verdict', sentence(`${from}, ${by}: ${summary === 'complete' ? 'it is complete' : summary}`)),
    ...told(findings).map((row) => said('finding', sentence(plain(textOf(row['text']) ?? '')))),
    ...more('finding', findings, 'It found more: see the list of findings.'),
  ];
}

const sum = (rows: readonly SqlRow[], column: string): number =>
  rows.reduce((all, row) => all + countOf(row[column]), 0);

/** Timestamps of the views as nanoseconds. */
const nsOf = (timestamp: string): string => String(timeNsFromText(timestamp));

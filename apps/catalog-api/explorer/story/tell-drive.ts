/** What happened on the drive: its clock, events, silences and losses, in order of log time. */
import { textFromBytes, textFromSeconds } from '@pitlane/base/units';
import { WITHHELD } from '@pitlane/contracts/topic-filter';
import type { SqlRow } from '@pitlane/ports/catalog';
import { countOf, textOf, textsOf } from '../of-drive.ts';
import { more, onDrive, said, type Sentence, told } from './sentences.ts';
import type { StoryRows } from './story-rows.ts';
import { clockText, listed, plain, sentence } from './words.ts';

const TOPICS_NAMED = 3;

export function whatHappened({ drive, clocks, events, gaps, losses }: StoryRows): Sentence[] {
  const since = textOf(drive['start_ns']);
  const places = [
    ...told(events).map((row) => eventOf(row, since)),
    ...told(gaps).map((row) => gapOf(row, since)),
    ...told(losses).map((row) => lossOf(row, since)),
  ];
  return [
    ...told(clocks).map((row) => said('clock', sentence(plain(textOf(row['text']) ?? '')))),
    ...more('clock', clocks, 'There is more to say of its clocks: see the list of clocks.'),
    ...places.sort(byTime),
    ...more('event', events, 'More events happened on it: see the list of events.'),
    ...more('gap', gaps, 'Its topics were silent more often than that: see the list of gaps.'),
    ...more('lost', losses, 'More was lost: see the list of losses.'),
  ];
}

function eventOf(row: SqlRow, since: string | null): Sentence {
  const kind = plain(textOf(row['kind']) ?? 'event');
  const [start, end] = [textOf(row['start_ns']), textOf(row['end_ns'])];
  const [note, author] = [textOf(row['note']), textOf(row['author'])];
  const at = start === null ? '' : ` at ${clockText(start, since)}`;
  const lasted = start !== null && end !== null && end !== start ? ` for ${lengthText(start, end)}` : '';
  const source =
    row['source'] === 'sidecar' ? 'the car says' : row['source'] === 'import' ? 'an import says' : 'somebody says';
  const who = author === null ? source : `${plain(author)} says`;
  const what = note === null ? '' : `: ${plain(note)}`;
  return onDrive('event', row, sentence(`${kind}${at}${lasted}, ${who}${what}`), null);
}

function gapOf(row: SqlRow, since: string | null): Sentence {
  const own = textOf(row['text']);
  const topic = plain(textOf(row['topic']) ?? '');
  const [start, end] = [textOf(row['start_ns']), textOf(row['end_ns'])];
  const who = topic === '*' ? 'All topics were' : `${topic} was`;
  const span = start === null || end === null ? '' : `, from ${clockText(start, since)} to ${clockText(end, since)}`;
  const text = own === null ? `${who} silent for ${textFromSeconds(countOf(row['seconds']))}${span}` : plain(own);
  return onDrive('gap', row, sentence(text));
}

function lossOf(row: SqlRow, since: string | null): Sentence {
  const [path, text] = [textOf(row['path']), textOf(row['text'])];
  const [start, reason] = [textOf(row['start_ns']), textOf(row['reason'])];
  const names = textsOf(row['topics']).map(plain);
  const unnamed = names.length - TOPICS_NAMED;
  const shown = [...names.slice(0, TOPICS_NAMED), ...(unnamed > 0 ? [`${unnamed} more`] : [])];
  const of = names.length === 0 ? '' : `, of ${listed(shown)}`;
  const at = start === null ? '' : `, from ${clockText(start, since)} on`;
  const what = `${textFromBytes(countOf(row['bytes']))} of ${plain(path ?? 'a recording')} at byte ${countOf(row['byte_offset']).toLocaleString('en-US')}`;
  if (reason === WITHHELD) return onDrive('withheld', row, sentence(`a filter keeps ${what}${of} in the garage`), null);
  const kept = textOf(row['kept_in']) === null ? '' : ' These bytes are kept as they are.';
  const why = text === null ? (reason ?? '') : plain(text);
  return onDrive('lost', row, `${sentence(`${what} could not be read${of}${at}: ${why}`)}${kept}`, names[0] ?? null);
}

const lengthText = (start: string, end: string): string => textFromSeconds(Number(BigInt(end) - BigInt(start)) / 1e9);

/** What has no time goes behind. */
function byTime(a: Sentence, b: Sentence): number {
  if (a.time === null || b.time === null) return Number(a.time === null) - Number(b.time === null);
  const difference = BigInt(a.time) - BigInt(b.time);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

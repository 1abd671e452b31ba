/** What was done with a drive since it was docked: on its way, landed, read out, receipted, corrected, used. */
import { timeNsFromText } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import { STATES } from '@pitlane/contracts/records';
import type { SqlRow } from '@pitlane/ports/catalog';
import { countOf, textOf, textsOf } from '../of-drive.ts';
import { happened, more, said, type Sentence, told } from './sentences.ts';
import type { StoryRows } from './story-rows.ts';
import { listed, momentText, plain, sentence } from './words.ts';

export function whatWasDone(rows: StoryRows): Sentence[] {
  return [...onTheWay(rows), ...landed(rows), ...derived(rows), ...receipted(rows), ...used(rows), ...corrected(rows)];
}

const DOING: Readonly<Record<string, string>> = {
  docked: 'not yet copied off the disk',
  staged: 'copied to the garage',
  chunked: 'cut into chunks, which wait to be sent',
  shipped: 'on the way to the store',
  landed: 'in the store, and not yet in the catalog',
  indexed: 'in the catalog',
  receipted: 'receipted',
  retired: 'receipted, and freed in the garage',
};
const WHOLE: ReadonlySet<string> = new Set(['indexed', 'receipted', 'retired']);

/** Nothing of a drive that is whole: what landed says it. */
function onTheWay({ recordings }: StoryRows): Sentence[] {
  const counts = new Map<string, number>();
  for (const row of recordings) {
    if (row['set_state'] === 'superseded') continue;
    const state = textOf(row['state']) ?? '';
    counts.set(state, (counts.get(state) ?? 0) + countOf(row['recordings']));
  }
  const states = STATES.filter((state) => counts.has(state));
  const lowest = states.find((state) => !WHOLE.has(state));
  if (lowest === undefined) return [];
  const parts = states.map((state) => {
    const count = counts.get(state) ?? 0;
    return `${counted(count, 'recording')} ${count === 1 ? 'is' : 'are'} ${DOING[state]}`;
  });
  return [said(lowest, sentence(listed(parts)))];
}

function landed({ drive }: StoryRows): Sentence[] {
  const chunks = countOf(drive['chunks']);
  if (chunks === 0) return [said('landed', 'Nothing of it is in the catalog yet.')];
  const what = `${counted(chunks, 'chunk')} with ${counted(countOf(drive['messages']), 'message')}`;
  const are = chunks === 1 ? 'is' : 'are';
  const text = `${what} ${are} in the store and in the catalog: ${textFromBytes(countOf(drive['bytes_landed']))}.`;
  const lost = countOf(drive['bytes_lost']);
  const beside =
    lost === 0 ? '' : ` Of its recordings ${textFromBytes(lost)} could not be read, or stay in the garage.`;
  return [said('landed', `${text}${beside}`)];
}

function derived({ derivations }: StoryRows): Sentence[] {
  return derivations.map((row) => {
    const undecoded = countOf(row['undecoded']);
    const text = `${plain(textOf(row['deriver']) ?? '')} were read out of ${counted(countOf(row['chunks']), 'chunk')}`;
    const failed = undecoded === 0 ? '' : `; ${counted(undecoded, 'message')} could not be decoded`;
    return said('derived', sentence(`${text}${failed}`));
  });
}

function receipted({ receipts, uncovered }: StoryRows): Sentence[] {
  const signed = told(receipts).map((row) => {
    const at = nsOf(row['signed_at']);
    const over = `${counted(textsOf(row['recording_ids']).length, 'recording')} and ${counted(countOf(row['chunks']), 'object')} of ${textFromBytes(countOf(row['bytes_stored']))}`;
    const id = (textOf(row['receipt_id']) ?? '').slice(0, 12);
    const when = at === null ? '' : ` at ${momentText(at)} UTC`;
    return happened('receipted', at, `The cloud signed receipt ${id} over ${over}${when}.`);
  });
  const rest = more('receipted', receipts, 'More receipts came later: see the list of receipts.');
  if (receipts.length === 0) return [said('receipted', 'It has no receipt yet: its disk may not be wiped.')];
  const open = `${counted(uncovered, 'recording')} of it ${uncovered === 1 ? 'stands' : 'stand'} in no receipt yet: what holds ${uncovered === 1 ? 'it' : 'them'} may not be wiped.`;
  return [...signed, ...rest, ...(uncovered === 0 ? [] : [said('receipted', open)])];
}

function used({ datasets }: StoryRows): Sentence[] {
  const names = told(datasets).map(
    (row) => `${plain(textOf(row['name']) ?? '')} (${(textOf(row['snapshot_id']) ?? '').slice(0, 8)})`,
  );
  if (names.length === 0) return [];
  const who = names.length === 1 ? `The dataset ${names[0]} has` : `The datasets ${listed(names)} have`;
  return [
    said('dataset', `${who} samples of it.`),
    ...more('dataset', datasets, 'So have more of them: see the list of datasets.'),
  ];
}

function corrected({ corrections }: StoryRows): Sentence[] {
  const put = told(corrections).map((row) => {
    const at = nsOf(row['corrected_at']);
    const [from, vehicle] = [textOf(row['recorded_vehicle_id']), textOf(row['corrected_vehicle_id'])];
    const labels = textOf(row['corrected_labels']);
    const what = [
      ...(vehicle === null ? [] : [`its vehicle from ${plain(from ?? 'another')} to ${plain(vehicle)}`]),
      ...(labels === null ? [] : ['its labels']),
    ];
    const who = plain(textOf(row['author']) ?? 'somebody');
    const when = at === null ? '' : ` at ${momentText(at)} UTC`;
    const why = plain(textOf(row['reason']) ?? '');
    return happened('corrected', at, sentence(`${who} put ${listed(what)} right${when}: ${why}`));
  });
  return [...put, ...more('corrected', corrections, 'More was put right: see the list of corrections.')];
}

const nsOf = (timestamp: SqlRow[string] | undefined): string | null =>
  typeof timestamp === 'string' ? String(timeNsFromText(timestamp)) : null;

/** A standing order for people: what it asks for, and below it how far it is. */
import { textFromTimeNs } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import { shown } from './terminal.ts';

export interface ShownOrder {
  readonly orderId: string;
  readonly vehicleId: string;
  readonly topics: readonly string[];
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly priority: number;
  readonly note: string | null;
  readonly text: string;
  readonly drives: readonly {
    readonly driveId: string;
    readonly state: string;
    readonly chunks: number;
    readonly bytesStored: number;
  }[];
}

export function orderLinesFor(order: ShownOrder): string {
  const { orderId, vehicleId, topics, startTime, endTime, priority, note } = order;
  const from = startTime === null ? '' : `  from ${textFromTimeNs(BigInt(startTime))}`;
  const to = endTime === null ? '' : `  before ${textFromTimeNs(BigInt(endTime))}`;
  const what = topics.length === 0 ? 'every topic' : topics.map(shown).join(', ');
  const why = note === null ? '' : `  (${shown(note)})`;
  const drives = order.drives.map(
    ({ driveId, state, chunks, bytesStored }) =>
      `        ${shown(driveId)}  ${state}  ${counted(chunks, 'chunk')}, ${textFromBytes(bytesStored)}`,
  );
  const head = `${orderId}  ${shown(vehicleId)}  ${what}${from}${to}  priority ${priority}${why}`;
  return [head, `    ${shown(order.text)}`, ...drives].join('\n');
}

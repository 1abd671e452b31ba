/** What waits in each garage, and how old it is: the lag in time, not in messages. */
import { NONE, textFromBytes, textFromCount } from '../../kit/figures.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, Table } from '../../kit/table.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import { lagText } from './lag-text.ts';

interface Garage {
  readonly garage: string;
  readonly waitingRecordings: number;
  readonly waitingBytes: number;
  readonly oldestS: number | null;
  readonly lagP50S: number | null;
  readonly lagP95S: number | null;
  /** The day of docking that the lag is of. */
  readonly lagDay: string | null;
}

const EVERY_MS = 60_000;
const COLUMNS = [
  ['Garage'],
  ['Waiting', 'number'],
  ['Size', 'number'],
  ['Oldest waits', 'number'],
  ['Docked to indexed: half within', 'number'],
  ['95 of 100 within', 'number'],
  ['On'],
] as const;

export function GarageBacklog() {
  const answer = useAnswer<{ garages: readonly Garage[] }>('/v1/fleet/garages', { everyMs: EVERY_MS });
  useTurn(isSettled(answer));
  return (
    <Part title="Backlog by garage">
      <Shown answer={answer} what="the garages">
        {({ garages }) =>
          garages.length === 0 ? (
            <Quiet>No garage has docked anything yet.</Quiet>
          ) : (
            <Table label="Backlog by garage" columns={COLUMNS} isCards>
              {garages.map((garage) => (
                <GarageRow key={garage.garage} garage={garage} />
              ))}
            </Table>
          )
        }
      </Shown>
    </Part>
  );
}

function GarageRow({ garage }: { readonly garage: Garage }) {
  const { waitingRecordings, waitingBytes, oldestS, lagP50S, lagP95S, lagDay } = garage;
  return (
    <tr {...AS_ROW}>
      <th class="whole-line" {...AS_ROW_HEAD}>
        {garage.garage}
      </th>
      <td class="number" data-label="Waiting" {...AS_CELL}>
        {waitingRecordings === 0 ? 'nothing' : `${textFromCount(waitingRecordings)} recordings`}
      </td>
      <td class="number" data-label="Size" {...AS_CELL}>
        {textFromBytes(waitingBytes)}
      </td>
      <td class="number" data-label="Oldest waits" {...AS_CELL}>
        {lagText(oldestS)}
      </td>
      <td class="number" data-label="Docked to indexed: half within" {...AS_CELL}>
        {lagText(lagP50S)}
      </td>
      <td class="number" data-label="95 of 100 within" {...AS_CELL}>
        {lagText(lagP95S)}
      </td>
      <td class="fleet-day-name" data-label="On" {...AS_CELL}>
        {lagDay ?? NONE}
      </td>
    </tr>
  );
}

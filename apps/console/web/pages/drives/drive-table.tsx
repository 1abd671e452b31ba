/** The table of drives: ten columns, or a card a drive where these do not fit. */
import { NONE, textFromBytes, textFromCount, textFromSpan, textFromTime } from '../../kit/figures.ts';
import { StateMark } from '../../kit/state-mark.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, CutName, Table } from '../../kit/table.tsx';
import { type Drive, keyOf, ratioOf } from './drive-rows.ts';

const COLUMNS = [
  ['Vehicle and drive', 'drive-name'],
  ['State'],
  ['Start (UTC)'],
  ['Duration', 'number'],
  ['Recordings', 'number'],
  ['Chunks', 'number'],
  ['Messages', 'number'],
  ['In → landed', 'number'],
  ['Lost', 'number'],
  ['Receipt'],
] as const;

export const DriveTable = ({ drives }: { readonly drives: readonly Drive[] }) => (
  <Table label="Drives" columns={COLUMNS} isCards>
    {drives.map((drive) => (
      <DriveRow key={keyOf(drive)} drive={drive} />
    ))}
  </Table>
);

function DriveRow({ drive }: { readonly drive: Drive }) {
  const { driveId, vehicleId, state, startTime, endTime } = drive;
  return (
    <tr {...AS_ROW}>
      <th class="drive-name whole-line" {...AS_ROW_HEAD}>
        <div class="lines">
          <span class="name-line" title={vehicleId}>
            {vehicleId}
          </span>
          <a href={driveHref(drive)} aria-label={`Drive ${driveId} of ${vehicleId}`}>
            <CutName name={driveId} />
          </a>
        </div>
      </th>
      <td class="drive-state" {...AS_CELL}>
        <StateMark state={state} />
      </td>
      <td class="drive-start" data-label="Start (UTC)" {...AS_CELL}>
        {textFromTime(startTime)}
      </td>
      <NumberCell label="Duration">{textFromSpan(startTime, endTime)}</NumberCell>
      <NumberCell label="Recordings">{textFromCount(drive.recordings)}</NumberCell>
      <NumberCell label="Chunks">{textFromCount(drive.chunks)}</NumberCell>
      <NumberCell label="Messages">{textFromCount(drive.messages)}</NumberCell>
      <td class="number" data-label="In → landed" {...AS_CELL}>
        <div class="lines">
          {textFromBytes(drive.bytesIn)} → {textFromBytes(drive.bytesLanded)}
          <span class="second">{ratioOf(drive)}</span>
        </div>
      </td>
      <td class="number" data-label="Lost" {...AS_CELL}>
        <Lost bytes={drive.bytesLost} />
      </td>
      <td data-label="Receipt" {...AS_CELL}>
        <Receipt receiptId={drive.receiptId} />
      </td>
    </tr>
  );
}

const NumberCell = ({ label, children }: { readonly label: string; readonly children: string }) => (
  <td class="number" data-label={label} {...AS_CELL}>
    {children}
  </td>
);

function Lost({ bytes }: { readonly bytes: number }) {
  if (!(bytes > 0)) return <>{bytes === 0 ? textFromBytes(0) : NONE}</>;
  return (
    <span class="lines loss">
      <span>LOSS</span>
      {textFromBytes(bytes)}
    </span>
  );
}

const Receipt = ({ receiptId }: { readonly receiptId: string | null }) =>
  receiptId ? (
    <span class="id" title={receiptId}>
      {receiptId.slice(0, 8)}
    </span>
  ) : (
    <span class="second">none yet</span>
  );

/** A drive's id is one of its tenant's alone. */
export function driveHref({ driveId, tenant }: Pick<Drive, 'driveId' | 'tenant'>): string {
  const path = `/drives/${encodeURIComponent(driveId)}`;
  return tenant === 'default' ? path : `${path}?tenant=${encodeURIComponent(tenant)}`;
}

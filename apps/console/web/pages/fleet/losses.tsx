/** What could not be read, by reason, and the drives that lost most. */
import { counted, textFromBytes, textFromCount } from '../../kit/figures.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, CutName, Table } from '../../kit/table.tsx';
import { numberFrom, textFrom, useSql } from '../../kit/use-sql.ts';
import { LOSSES_BY_REASON, WORST_DRIVES } from './loss-sql.ts';

export function Losses() {
  const reasons = useSql(LOSSES_BY_REASON);
  const worst = useSql(WORST_DRIVES);
  useTurn(isSettled(reasons) && isSettled(worst));
  return (
    <Part title="Losses">
      <p class="muted">
        Bytes that could not be read; each is kept as it was, and the drive's diary says where.{' '}
        <a href="/?hasLoss=true">Drives with loss</a>
      </p>
      <div class="loss-tables">
        <Shown answer={reasons} what="the losses">
          {(rows) =>
            rows.length === 0 ? (
              <Quiet>Nothing is lost.</Quiet>
            ) : (
              <Table
                label="Losses by reason"
                columns={[['Reason'], ['Size', 'number'], ['Ranges', 'number'], ['Drives', 'number']]}
              >
                {rows.map((row) => (
                  <tr key={textFrom(row['reason'])} {...AS_ROW}>
                    <th {...AS_ROW_HEAD}>{textFrom(row['reason'])}</th>
                    <td class="number" {...AS_CELL}>
                      {textFromBytes(numberFrom(row['bytes']))}
                    </td>
                    <td class="number" {...AS_CELL}>
                      {textFromCount(numberFrom(row['ranges']))}
                    </td>
                    <td class="number" {...AS_CELL}>
                      {textFromCount(numberFrom(row['drives']))}
                    </td>
                  </tr>
                ))}
              </Table>
            )
          }
        </Shown>
        <Shown answer={worst} what="the drives that lost most">
          {(rows) => (rows.length === 0 ? null : <WorstDrives rows={rows} />)}
        </Shown>
      </div>
    </Part>
  );
}

const WorstDrives = ({ rows }: { readonly rows: readonly Readonly<Record<string, unknown>>[] }) => (
  <Table
    label={`The ${counted(rows.length, 'drive')} that lost most`}
    columns={[['Drive'], ['Lost', 'number'], ['Of', 'number']]}
  >
    {rows.map((row) => {
      const drive = textFrom(row['drive_id']);
      return (
        <tr key={`${textFrom(row['tenant'])} ${drive}`} {...AS_ROW}>
          <th class="worst-drive" {...AS_ROW_HEAD}>
            <a href={`/drives/${encodeURIComponent(drive)}`} aria-label={drive}>
              <CutName name={drive} />
            </a>
          </th>
          <td class="number loss" {...AS_CELL}>
            {textFromBytes(numberFrom(row['bytes_lost']))}
          </td>
          <td class="number" {...AS_CELL}>
            {textFromBytes(numberFrom(row['bytes_in']))}
          </td>
        </tr>
      );
    })}
  </Table>
);

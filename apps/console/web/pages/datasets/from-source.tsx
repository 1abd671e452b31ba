/** Lineage from the source: which shards hold anything of a drive, a topic or a day. */
import { query, setQuery } from '../../kit/address.ts';
import { counted, textFromCount } from '../../kit/figures.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, CutName, Table } from '../../kit/table.tsx';
import { numberFrom, type SqlRow, textFrom, useSql } from '../../kit/use-sql.ts';
import { lineageSql } from './dataset-rows.ts';

const COLUMNS = [['Dataset'], ['Shard'], ['Drive'], ['Chunks', 'number'], ['Messages', 'number']] as const;

export function FromSource() {
  const { drive, topic, day } = Object.fromEntries(query.value) as Record<string, string | undefined>;
  const sql = lineageSql({ ...(drive && { drive }), ...(topic && { topic }), ...(day && { day }) });
  const found = useSql(sql);
  useTurn(sql === undefined || isSettled(found));
  return (
    <Part title="Where did it go?">
      <p class="muted">Which shards hold anything of a drive, a topic or a day.</p>
      <form class="source-fields" role="search" aria-label="Find shards" onSubmit={(event) => event.preventDefault()}>
        <SourceField label="Drive" value={drive} put={(text) => setQuery({ drive: text }, true)} />
        <SourceField label="Topic" value={topic} put={(text) => setQuery({ topic: text }, true)} />
        <SourceField label="Day (UTC)" isDay value={day} put={(text) => setQuery({ day: text }, true)} />
      </form>
      {sql === undefined ? null : (
        <Shown answer={found} what="the lineage">
          {(rows) => (rows.length === 0 ? <Quiet>No shard holds anything of it.</Quiet> : <FoundShards rows={rows} />)}
        </Shown>
      )}
      {sql === undefined ? null : (
        <p>
          <a href={`/sql?q=${encodeURIComponent(sql)}`}>The same in SQL</a>
        </p>
      )}
    </Part>
  );
}

const FoundShards = ({ rows }: { readonly rows: readonly SqlRow[] }) => (
  <>
    <p class="small muted">{counted(rows.length, 'row')}</p>
    <Table label="Shards found" columns={COLUMNS} isCards>
      {rows.map((row) => {
        const [id, drive] = [textFrom(row['snapshot_id']), textFrom(row['drive_id'])];
        const shard = `${textFrom(row['split'])} ${textFromCount(numberFrom(row['shard']))}`;
        return (
          <tr key={`${id} ${shard} ${drive}`} {...AS_ROW}>
            <th class="dataset-name" {...AS_ROW_HEAD}>
              <a href={`/datasets/${id}`}>{textFrom(row['name'])}</a>
            </th>
            <td data-label="Shard" {...AS_CELL}>
              {shard}
            </td>
            <td class="whole-line" data-label="Drive" {...AS_CELL}>
              <a href={`/drives/${encodeURIComponent(drive)}`}>
                <CutName name={drive} />
              </a>
            </td>
            <td class="number" data-label="Chunks" {...AS_CELL}>
              {textFromCount(numberFrom(row['chunks']))}
            </td>
            <td class="number" data-label="Messages" {...AS_CELL}>
              {textFromCount(numberFrom(row['messages']))}
            </td>
          </tr>
        );
      })}
    </Table>
  </>
);

interface SourceFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly put: (text: string) => void;
  readonly isDay?: boolean;
}

function SourceField({ label, value = '', put, isDay = false }: SourceFieldProps) {
  const onChange = ({ currentTarget }: { currentTarget: HTMLInputElement }) => put(currentTarget.value.trim());
  return (
    <label class="source-field">
      <span class="small muted">{label}</span>
      {isDay ? <input type="date" value={value} onChange={onChange} /> : <input value={value} onChange={onChange} />}
    </label>
  );
}

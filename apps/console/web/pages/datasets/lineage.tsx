/** Lineage of a dataset: the drives that its samples came from. */
import { textFromCount } from '../../kit/figures.ts';
import { pathWith } from '../../kit/node-api.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, CutName, Table } from '../../kit/table.tsx';
import { useList } from '../../kit/use-list.ts';

interface DriveOf {
  readonly driveId: string;
  readonly vehicleId?: string;
  readonly chunks: number;
  readonly samples: number;
}

const COLUMNS = [['Drive'], ['Chunks', 'number'], ['Samples', 'number'], ['Shards']] as const;

export function Lineage({ snapshotId, tenant }: { readonly snapshotId: string; readonly tenant: string }) {
  const lineage = useList<DriveOf>('drives', pathWith(`/v1/datasets/${snapshotId}/lineage`, { tenant }));
  useTurn(isSettled(lineage));
  return (
    <Part title="Where it came from">
      <Shown answer={lineage} what="the lineage">
        {(drives) =>
          drives.length === 0 ? (
            <Quiet>No drive is named yet: the lineage is in the catalog once the snapshot is indexed.</Quiet>
          ) : (
            <Table label="Drives of the dataset" columns={COLUMNS}>
              {drives.map(({ driveId, chunks, samples }) => (
                <tr key={driveId} {...AS_ROW}>
                  <th class="dataset-name" {...AS_ROW_HEAD}>
                    <a href={`/drives/${encodeURIComponent(driveId)}`}>
                      <CutName name={driveId} />
                    </a>
                  </th>
                  <td class="number" {...AS_CELL}>
                    {textFromCount(chunks)}
                  </td>
                  <td class="number" {...AS_CELL}>
                    {textFromCount(samples)}
                  </td>
                  <td {...AS_CELL}>
                    <a href={`/datasets?drive=${encodeURIComponent(driveId)}`}>all shards of it</a>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Shown>
      {lineage.loadMore ? (
        <p>
          <button type="button" onClick={lineage.loadMore}>
            Load more
          </button>
        </p>
      ) : null}
    </Part>
  );
}

/** The datasets that were frozen, and which shards hold anything of a drive, a topic or a day. */
import { Copyable } from '../../kit/copyable.tsx';
import { NONE, textFromBytes, textFromCount, textFromTime } from '../../kit/figures.ts';
import { InOrder, isSettled, useTurn } from '../../kit/in-order.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import '../../kit/part.css';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, Table } from '../../kit/table.tsx';
import { useList } from '../../kit/use-list.ts';
import { builtText, type Dataset } from './dataset-rows.ts';
import './datasets.css';
import { FromSource } from './from-source.tsx';

const COLUMNS = [
  ['Dataset'],
  ['Frozen (UTC)'],
  ['Drives', 'number'],
  ['Samples', 'number'],
  ['Shards', 'number'],
  ['Size', 'number'],
  ['State'],
] as const;

export default function DatasetsPage() {
  return (
    <>
      <h1>Datasets</h1>
      <InOrder>
        <Frozen />
        <FromSource />
      </InOrder>
    </>
  );
}

function Frozen() {
  const datasets = useList<Dataset>('datasets', '/v1/datasets');
  useTurn(isSettled(datasets));
  return (
    <Shown answer={datasets} what="the datasets">
      {(rows) =>
        rows.length === 0 ? (
          <Empty />
        ) : (
          <div class="column">
            <Table label="Datasets" columns={COLUMNS} isCards>
              {rows.map((dataset) => (
                <DatasetRow key={`${dataset.tenant} ${dataset.snapshotId}`} dataset={dataset} />
              ))}
            </Table>
            {datasets.loadMore ? (
              <p>
                <button type="button" onClick={datasets.loadMore}>
                  Load more
                </button>
              </p>
            ) : null}
          </div>
        )
      }
    </Shown>
  );
}

function DatasetRow({ dataset }: { readonly dataset: Dataset }) {
  const { name, snapshotId, createdAt, drives, samples, shards, shardsBuilt, bytesStored } = dataset;
  const state = builtText(dataset);
  return (
    <tr {...AS_ROW}>
      <th class="whole-line dataset-name" {...AS_ROW_HEAD}>
        <div class="lines">
          <a href={`/datasets/${encodeURIComponent(snapshotId)}`} class="name-line" title={name}>
            {name}
          </a>
          <span class="id muted" title={snapshotId}>
            {snapshotId.slice(0, 12)}
          </span>
        </div>
      </th>
      <td data-label="Frozen (UTC)" {...AS_CELL}>
        {momentText(createdAt)}
      </td>
      <td class="number" data-label="Drives" {...AS_CELL}>
        {textFromCount(drives)}
      </td>
      <td class="number" data-label="Samples" {...AS_CELL}>
        {textFromCount(samples)}
      </td>
      <td class="number" data-label="Shards" {...AS_CELL}>
        {textFromCount(shardsBuilt)} of {textFromCount(shards)}
      </td>
      <td class="number" data-label="Size" {...AS_CELL}>
        {bytesStored === null ? NONE : textFromBytes(bytesStored)}
      </td>
      <td class={state === 'built' ? 'dataset-built' : undefined} data-label="State" {...AS_CELL}>
        {state === 'built' ? '✓ built' : state}
      </td>
    </tr>
  );
}

/** The catalog's clock as nanoseconds, or as RFC 3339. */
export const momentText = (moment: unknown): string => {
  if (typeof moment !== 'string') return NONE;
  return /^\d+$/.test(moment) ? textFromTime(moment) : moment.slice(0, 19).replace('T', ' ');
};

const Empty = () => (
  <Quiet>
    <p>
      <strong>No dataset yet.</strong> A dataset is a frozen choice of samples: the same shards, byte for byte, for
      ever.
    </p>
    <p>Say in SQL which drives, and in a plan what one sample is made of:</p>
    <Copyable
      what="command"
      text={`npx pitlane dataset create first --plan plan.json --split drive=80/10/10 --sql 'SELECT drive_id FROM drives'`}
    />
    <Copyable
      what="plan.json"
      text={`{"samplingPlanVersion": 1, "kind": "windows", "lengthMs": 1000, "strideMs": 1000, "topics": [{"topic": "/imu", "as": "imu", "missing": "drop"}]}`}
    />
  </Quiet>
);

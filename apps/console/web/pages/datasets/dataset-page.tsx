/** One dataset: how far it is built, its splits and shards, the drives it came from, and the commands that go with it. */
import { Copyable, CopyButton } from '../../kit/copyable.tsx';
import { NONE, textFromBytes, textFromCount } from '../../kit/figures.ts';
import { pathWith } from '../../kit/node-api.ts';
import { InOrder, isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import type { PageParameters } from '../../kit/routes.ts';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, Table } from '../../kit/table.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import { useList } from '../../kit/use-list.ts';
import { numberFrom, textFrom, useSql } from '../../kit/use-sql.ts';
import { builtText, commandsFor, type Dataset, prettyJson, type Shard, shardHref, splitSql } from './dataset-rows.ts';
import { momentText } from './datasets-page.tsx';
import './datasets.css';
import { Lineage } from './lineage.tsx';

export default function DatasetPage({ datasetId = '' }: PageParameters) {
  const found = useAnswer<{ snapshotId: string; tenant: string; name: string }>(
    `/v1/datasets/${encodeURIComponent(datasetId)}`,
  );
  const id = found.value?.snapshotId;
  const rows = useAnswer<{ datasets: readonly Dataset[] }>(
    id === undefined ? undefined : pathWith('/v1/datasets', { snapshot: id, tenant: found.value?.tenant }),
  );
  const dataset = rows.value?.datasets[0];
  return (
    <>
      <p>
        <a href="/datasets">All datasets</a>
      </p>
      <h1>{found.value?.name ?? datasetId}</h1>
      <div class="in-order">
        <Shown answer={found} what="the dataset">
          {() => (
            <Shown answer={rows} what="the dataset">
              {() => (dataset ? <Whole dataset={dataset} /> : <Quiet isBad>The catalog has it no more.</Quiet>)}
            </Shown>
          )}
        </Shown>
      </div>
    </>
  );
}

function Whole({ dataset }: { readonly dataset: Dataset }) {
  const { snapshotId, createdAt, drives, samples, shards, shardsBuilt, bytesStored, plan, sql } = dataset;
  const facts = [
    ['State', builtText(dataset)],
    ['Shards', `${textFromCount(shardsBuilt)} of ${textFromCount(shards)}`],
    ['Samples', textFromCount(samples)],
    ['Drives', textFromCount(drives)],
    ['Size', bytesStored === null ? NONE : textFromBytes(bytesStored)],
    ['Frozen', `${momentText(createdAt)} UTC`],
  ] as const;
  return (
    <InOrder>
      <Facts facts={facts} snapshotId={snapshotId} />
      <Splits snapshotId={snapshotId} />
      <Commands dataset={dataset} />
      <Shards snapshotId={snapshotId} tenant={dataset.tenant} />
      <Lineage snapshotId={snapshotId} tenant={dataset.tenant} />
      <Part title="What it was made of">
        <Copyable what="SQL" text={sql} />
        <Copyable what="plan.json" text={prettyJson(plan)} />
      </Part>
    </InOrder>
  );
}

interface FactsProps {
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly snapshotId: string;
}

function Facts({ facts, snapshotId }: FactsProps) {
  useTurn(true);
  return (
    <div class="column">
      <dl class="dataset-facts">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt class="small muted">{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="small muted dataset-snapshot">
        Snapshot <span class="id">{snapshotId}</span> <CopyButton what="snapshot id" text={snapshotId} />
      </p>
    </div>
  );
}

function Commands({ dataset }: { readonly dataset: Dataset }) {
  useTurn(true);
  return (
    <Part title="In a terminal">
      {commandsFor(dataset).map(({ what, text }) => (
        <Copyable key={what} what={what} text={text} />
      ))}
    </Part>
  );
}

const SPLIT_COLUMNS = [['Split'], ['Built', 'number'], ['Samples', 'number'], ['Size', 'number']] as const;

function Splits({ snapshotId }: { readonly snapshotId: string }) {
  const splits = useSql(splitSql(snapshotId));
  useTurn(isSettled(splits));
  return (
    <Part title="Splits">
      <Shown answer={splits} what="the splits">
        {(rows) => (
          <Table label="Splits" columns={SPLIT_COLUMNS}>
            {rows.map((row) => (
              <tr key={textFrom(row['split'])} {...AS_ROW}>
                <th {...AS_ROW_HEAD}>{textFrom(row['split'])}</th>
                <td class="number" {...AS_CELL}>
                  {textFromCount(numberFrom(row['built']))} of {textFromCount(numberFrom(row['shards']))}
                </td>
                <td class="number" {...AS_CELL}>
                  {textFromCount(numberFrom(row['samples']))}
                </td>
                <td class="number" {...AS_CELL}>
                  {row['bytes'] === null ? NONE : textFromBytes(numberFrom(row['bytes']))}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Shown>
    </Part>
  );
}

const SHARD_COLUMNS = [['Shard'], ['State'], ['Samples', 'number'], ['Size', 'number'], ['SHA-256'], ['File']] as const;

function Shards({ snapshotId, tenant }: { readonly snapshotId: string; readonly tenant: string }) {
  const shards = useList<Shard>('shards', pathWith('/v1/shards', { snapshot: snapshotId, tenant }));
  useTurn(isSettled(shards));
  return (
    <Part title="Shards">
      <Shown answer={shards} what="the shards">
        {(rows) => (
          <Table label="Shards" columns={SHARD_COLUMNS}>
            {rows.map((row) => (
              <ShardRow key={`${row.split} ${row.shard}`} row={row} href={shardHref(tenant, row)} />
            ))}
          </Table>
        )}
      </Shown>
      {shards.loadMore ? (
        <p>
          <button type="button" onClick={shards.loadMore}>
            Load more
          </button>
        </p>
      ) : null}
    </Part>
  );
}

function ShardRow({ row, href }: { readonly row: Shard; readonly href: string | undefined }) {
  const { split, shard, state, samples, bytesStored, sha256 } = row;
  return (
    <tr {...AS_ROW}>
      <th {...AS_ROW_HEAD}>
        {split} {shard}
      </th>
      <td {...AS_CELL}>{state === 'built' ? '✓ built' : state}</td>
      <td class="number" {...AS_CELL}>
        {textFromCount(samples)}
      </td>
      <td class="number" {...AS_CELL}>
        {bytesStored === null ? NONE : textFromBytes(bytesStored)}
      </td>
      <td {...AS_CELL}>
        {sha256 ? (
          <span class="id" title={sha256}>
            {sha256.slice(0, 16)}
          </span>
        ) : (
          NONE
        )}
      </td>
      <td {...AS_CELL}>
        {href ? (
          <a href={href} download aria-label={`Download shard ${split} ${shard}`}>
            tar
          </a>
        ) : (
          NONE
        )}
      </td>
    </tr>
  );
}

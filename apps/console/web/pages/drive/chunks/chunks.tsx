/** The drive's chunks, as many as somebody cares to scroll through: only rows in view are in the document. */
import { useState } from 'preact/hooks';
import { counted, NONE, textFromBytes, textFromCount } from '../../../kit/figures.ts';
import { pathWith } from '../../../kit/node-api.ts';
import { Quiet } from '../../../kit/quiet.tsx';
import type { ChunkRow } from '../rows.ts';
import { clockOf, lengthText } from '../timeline/ticks.ts';
import { useSettled } from '../use-settled.ts';
import { type DriveView, spanFrom } from '../view-state.ts';
import { ChunkSheet } from './chunk-sheet.tsx';
import './chunks.css';
import { type Pages, usePages } from './use-pages.ts';

/** As in the style sheet. */
const ROW_PX = 44;
const BOX_PX = 484;
const SPARE_ROWS = 8;
/** So many rows before the end the next page is read. */
const AHEAD_ROWS = 40;
const COLUMNS = ['Chunk', 'From', 'Length', 'Topics', 'Messages', 'Raw', 'Stored'];

export function Chunks({ view, total }: { readonly view: DriveView; readonly total: number }) {
  const [isAll, setIsAll] = useState(false);
  const selection = useSettled(view.selection.value);
  const span = isAll ? undefined : selection;
  const path = pathWith('/v1/chunks', {
    drive: view.driveId,
    start: span?.startNs.toString(),
    end: span?.endNs.toString(),
  });
  const pages = usePages<ChunkRow>(path, 'chunks');
  const { rows, hasMore, isWaiting } = pages;
  const shown = hasMore || isWaiting ? `${textFromCount(rows.length)} read` : counted(rows.length, 'chunk');
  return (
    <section class="card" aria-labelledby="chunks-title">
      <div class="card-head">
        <h2 id="chunks-title">Chunks</h2>
        <p class="muted">
          {span ? `${shown} in the selection` : shown}, of {counted(total, 'chunk')} in the drive.
        </p>
        {selection ? (
          <label class="check">
            <input type="checkbox" checked={!isAll} onChange={() => setIsAll(!isAll)} /> In the selection only
          </label>
        ) : null}
      </div>
      <ChunkTable key={path} view={view} pages={pages} total={span ? undefined : total} />
      {view.chunkId.value === undefined ? null : (
        <ChunkSheet key={view.chunkId.value} view={view} chunkId={view.chunkId.value} />
      )}
    </section>
  );
}

interface ChunkTableProps {
  readonly view: DriveView;
  readonly pages: Pages<ChunkRow>;
  readonly total: number | undefined;
}

function ChunkTable({ view, pages, total }: ChunkTableProps) {
  const [first, setFirst] = useState(0);
  const { rows, hasMore, isWaiting, fault, more } = pages;
  if (rows.length === 0 && fault)
    return (
      <Quiet isBad>
        <p>
          <strong>Could not read the chunks.</strong> {fault.message}
        </p>
        <p>
          <button type="button" onClick={more}>
            Try again
          </button>
        </p>
      </Quiet>
    );
  if (rows.length === 0) return <Quiet>{isWaiting ? 'Reading the chunks…' : 'No chunk is in the catalog yet.'}</Quiet>;
  const last = Math.min(rows.length, first + Math.ceil(BOX_PX / ROW_PX) + 2 * SPARE_ROWS);
  const onScroll = ({ scrollTop }: HTMLElement) => {
    const at = Math.floor(scrollTop / ROW_PX);
    setFirst(Math.max(0, at - SPARE_ROWS));
    if (hasMore && !isWaiting && !fault && at + BOX_PX / ROW_PX + AHEAD_ROWS > rows.length) more();
  };
  return (
    <div
      class="table-box"
      tabIndex={0}
      role="region"
      aria-label="List of chunks"
      onScroll={({ currentTarget }) => onScroll(currentTarget)}
    >
      <table aria-rowcount={total === undefined ? -1 : total + 1}>
        <thead>
          <tr>
            {COLUMNS.map((name, at) => (
              <th key={name} scope="col" class={at === 2 || at > 3 ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={first} />
          {rows.slice(first, last).map((row, at) => (
            <ChunkLine key={row.chunkId} view={view} row={row} index={first + at + 2} />
          ))}
          <Space rows={rows.length - last} />
        </tbody>
      </table>
      {fault ? (
        <p class="bad">
          {fault.message}{' '}
          <button type="button" onClick={more}>
            Try again
          </button>
        </p>
      ) : null}
      {hasMore && !fault ? (
        <p>
          <button type="button" disabled={isWaiting} onClick={more}>
            {isWaiting ? 'Reading…' : 'Read more'}
          </button>
        </p>
      ) : null}
    </div>
  );
}

/** In place of rows that are out of view. */
const Space = ({ rows }: { readonly rows: number }) =>
  rows > 0 ? (
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height: `${rows * ROW_PX}px`, padding: 0 }} />
    </tr>
  ) : null;

interface ChunkLineProps {
  readonly view: DriveView;
  readonly row: ChunkRow;
  readonly index: number;
}

function ChunkLine({ view, row, index }: ChunkLineProps) {
  const span = spanFrom(row.startTime, row.endTime);
  const [topic = '', ...others] = row.topics;
  return (
    <tr aria-rowindex={index} class="chunk-row">
      <th scope="row">
        <button type="button" class="id-button" onClick={() => (view.chunkId.value = row.chunkId)}>
          {row.chunkId.slice(0, 12)}
        </button>
      </th>
      <td>{span ? clockOf(span.startNs, 3) : NONE}</td>
      <td class="number">{span ? lengthText(span.endNs - span.startNs) : NONE}</td>
      <td class="chunk-topics" title={row.topics.join('\n')}>
        <span class="cut">{topic === '' ? row.kind : topic}</span>
        {others.length > 0 ? <span class="muted"> +{others.length}</span> : null}
      </td>
      <td class="number">{textFromCount(row.messages)}</td>
      <td class="number">{textFromBytes(row.bytesRaw)}</td>
      <td class="number">{textFromBytes(row.bytesStored)}</td>
    </tr>
  );
}

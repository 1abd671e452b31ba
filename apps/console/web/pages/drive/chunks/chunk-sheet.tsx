/** A chunk in full: what it is, where it lies, where it came from and which way it took; and a look at its bytes now. */
import { useState } from 'preact/hooks';
import { counted, NONE, textFromBytes, textFromCount, textFromTime } from '../../../kit/figures.ts';
import { pathWith, post, Refusal } from '../../../kit/node-api.ts';
import { Shown } from '../../../kit/quiet.tsx';
import { useAnswer } from '../../../kit/use-answer.ts';
import { Facts } from '../facts.tsx';
import type { ChunkRow } from '../rows.ts';
import { Sheet } from '../sheet.tsx';
import { ViewerLinks } from '../slice/slice-links.tsx';
import { clockOf, lengthText } from '../timeline/ticks.ts';
import { type DriveView, spanFrom } from '../view-state.ts';
import { WhyButton } from '../why.tsx';

interface ChunkDetail extends ChunkRow {
  readonly object: string;
  readonly objectName: string;
  /** The store: `file`, or `gs://bucket`. */
  readonly bucket: string;
  readonly generation: string;
  readonly crc32c: string;
  readonly sha256: string;
  /** Where its frames lay; null where it came another way. */
  readonly kafka: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly lastOffset: string;
  } | null;
  readonly sources: readonly {
    readonly recordingId: string;
    readonly path: string | null;
    readonly startOffset: number;
    readonly endOffset: number;
  }[];
  readonly receiptIds: readonly string[];
  readonly dataUrl: string;
}

const TOPICS_SHOWN = 30;

export function ChunkSheet({ view, chunkId }: { readonly view: DriveView; readonly chunkId: string }) {
  const answer = useAnswer<ChunkDetail>(pathWith(`/v1/chunks/${encodeURIComponent(chunkId)}`, { drive: view.driveId }));
  return (
    <Sheet title={`Chunk ${chunkId.slice(0, 12)}`} onClose={() => (view.chunkId.value = undefined)}>
      <Shown answer={answer} what="the chunk">
        {(chunk) => <Detail view={view} chunk={chunk} />}
      </Shown>
    </Sheet>
  );
}

function Detail({ view, chunk }: { readonly view: DriveView; readonly chunk: ChunkDetail }) {
  const span = spanFrom(chunk.startTime, chunk.endTime);
  const { kafka, sources, topics } = chunk;
  return (
    <>
      <p class="sheet-actions">
        <a class="button primary" href={chunk.dataUrl} download={`${chunk.chunkId}.mcap`}>
          Download
        </a>
        {span ? (
          <button type="button" onClick={() => (view.selection.value = { ...span, endNs: span.endNs + 1n })}>
            Select its time
          </button>
        ) : null}
        <WhyButton view={view} id={chunk.chunkId} />
      </p>
      <Facts
        facts={[
          ['Holds', `${counted(chunk.messages, 'message')} (${chunk.kind}), ${textFromBytes(chunk.bytesRaw)} raw`],
          ['Stored', `${textFromBytes(chunk.bytesStored)} (${textFromCount(chunk.bytesStored)} bytes)`],
          ['From', timeText(chunk.startTime)],
          [
            'To',
            span ? `${timeText(chunk.endTime)}, ${lengthText(span.endNs - span.startNs)}` : timeText(chunk.endTime),
          ],
          ['State', chunk.state],
          ['Chunk id', <code>{chunk.chunkId}</code>],
          ['Object', <code>{chunk.objectName}</code>],
          ['Bucket', chunk.bucket === 'file' ? 'files on the node’s own disk' : chunk.bucket],
          ['Address', <code>{chunk.object}</code>],
          ['Generation', <code>{chunk.generation}</code>],
          ['SHA-256', <code>{chunk.sha256}</code>],
          ['CRC-32C', <code>{chunk.crc32c}</code>],
          ['Kafka', kafkaText(kafka)],
          [
            'In receipts',
            chunk.receiptIds.length === 0 ? 'none yet' : chunk.receiptIds.map((id) => id.slice(0, 12)).join(', '),
          ],
        ]}
      />
      <Verify driveId={view.driveId} chunkId={chunk.chunkId} />
      <h3>From these files</h3>
      <ul class="sources">
        {sources.map(({ recordingId, path, startOffset, endOffset }) => (
          <li key={`${recordingId} ${startOffset}`}>
            <b>{path ?? recordingId.slice(0, 12)}</b>, bytes {textFromCount(startOffset)} to {textFromCount(endOffset)}{' '}
            <WhyButton view={view} id={recordingId}>
              Why this recording?
            </WhyButton>
          </li>
        ))}
      </ul>
      <h3>{counted(topics.length, 'topic')}</h3>
      <ul class="topic-list">
        {topics.slice(0, TOPICS_SHOWN).map((topic) => (
          <li key={topic}>{topic}</li>
        ))}
        {topics.length > TOPICS_SHOWN ? <li>and {topics.length - TOPICS_SHOWN} more</li> : null}
      </ul>
      <Viewers chunkId={chunk.chunkId} />
    </>
  );
}

function kafkaText(kafka: ChunkDetail['kafka']): string {
  if (!kafka) return 'not by frames through Kafka';
  const { topic, partition, offset, lastOffset } = kafka;
  return `${topic}, partition ${partition}, offset ${offset}${lastOffset === offset ? '' : ` to ${lastOffset}`}`;
}

function timeText(timeNs: string | null): string {
  return timeNs === null ? NONE : `${textFromTime(timeNs).slice(0, 10)} ${clockOf(BigInt(timeNs), 9)}`;
}

interface Verified {
  readonly ok: boolean;
  readonly faults: readonly string[];
  readonly checkedAt: string;
}

/** Reads the object anew, which costs its bytes: only when somebody asks. */
function Verify({ driveId, chunkId }: { readonly driveId: string; readonly chunkId: string }) {
  const [state, setState] = useState<{ isWaiting: boolean; verified?: Verified; fault?: Error }>({ isWaiting: false });
  const verify = () => {
    setState({ isWaiting: true });
    post<Verified>(pathWith(`/v1/chunks/${encodeURIComponent(chunkId)}/verify`, { drive: driveId }), {}).then(
      (verified) => setState({ isWaiting: false, verified }),
      (fault: Error) => setState({ isWaiting: false, fault }),
    );
  };
  const { isWaiting, verified, fault } = state;
  const isRefused = fault instanceof Refusal && (fault.status === 401 || fault.status === 403);
  return (
    <div class="verify">
      <p>
        <button type="button" disabled={isWaiting} onClick={verify}>
          {isWaiting ? 'Reading its bytes…' : 'Verify now'}
        </button>{' '}
        <span class="muted">reads the object again, and compares it with its digests.</span>
      </p>
      <div role="status">
        {verified?.ok ? <p class="good">✓ Every byte is as it was, {textFromTime(verified.checkedAt)} UTC.</p> : null}
        {verified && !verified.ok ? (
          <div class="bad">
            <p>
              <strong>✗ It is not as it was:</strong>
            </p>
            <ul>
              {verified.faults.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        ) : null}
        {fault ? (
          <p class="bad">
            <strong>Could not verify it.</strong> {fault.message}
            {isRefused ? (
              <>
                <br />
                <code>npx pitlane board</code> opens a session; <code>npx pitlane verify</code> does the same.
              </>
            ) : null}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Viewers({ chunkId }: { readonly chunkId: string }) {
  const [isAsked, setIsAsked] = useState(false);
  const path = pathWith(`/v1/chunks/${encodeURIComponent(chunkId)}/url`, {});
  const answer = useAnswer<{ url: string; expiresTime: string }>(isAsked ? path : undefined);
  if (!isAsked)
    return (
      <p>
        <button type="button" onClick={() => setIsAsked(true)}>
          Links for Foxglove, Lichtblick and Rerun
        </button>
      </p>
    );
  return (
    <Shown answer={answer} what="a signed link">
      {(link) => <ViewerLinks link={link} fileName={`${chunkId.slice(0, 12)}.mcap`} />}
    </Shown>
  );
}

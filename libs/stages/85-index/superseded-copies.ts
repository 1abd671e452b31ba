/**
 * Finds recordings whose messages are all in another recording of the same drive: the half-finished copy that was docked
 * before, or after, the whole. A chunk that both share proves itself by its id; the copy's last chunks, cut short, are
 * proven message by message: the whole one's chunk at the same place must begin with what they hold.
 */
import { LeafHash, type RecordingId } from '@pitlane/contracts/identity';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { sourceOfBytes } from '@pitlane/formats/content';
import { MESSAGE_OVERHEAD_BYTES, mcap, writeMessage } from '@pitlane/formats/mcap';
import { type Decompressors, DEFAULT_READ_LIMITS, type Message } from '@pitlane/formats/recording';
import type { Catalog } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface CopyTools {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly decompressors: Decompressors;
}

/** More chunks than this to prove by reading, and the copy counts as a recording of its own. */
const PROOFS_MAX = 512;

type Drive = Pick<DriveFacts, 'tenant' | 'driveId'>;

/**
 * @param closing recordings of the manifest at hand: they are judged as if they counted already, so that a copy and the
 *   whole never both count, not even for a moment
 */
export async function supersededCopies(
  drive: Drive,
  closing: ReadonlySet<unknown>,
  tools: CopyTools,
): Promise<{ recordingId: RecordingId; by: RecordingId }[]> {
  const counted = await countedRecordings(drive, closing, tools.catalog);
  const found = new Map<RecordingId, RecordingId>();
  for (const [i, large] of counted.entries()) {
    if (found.has(large.recordingId)) continue;
    for (const small of counted.slice(i + 1)) {
      if (found.has(small.recordingId) || !mayHold(large, small)) continue;
      if (await holdsAll(drive, small.recordingId, large.recordingId, tools)) {
        found.set(small.recordingId, large.recordingId);
      }
    }
  }
  return [...found].map(([recordingId, by]) => ({ recordingId, by }));
}

interface Counted {
  readonly recordingId: RecordingId;
  readonly messages: number;
  readonly bytes: number;
  /** Messages by topic. */
  readonly topics: ReadonlyMap<string, number>;
}

/** What counts or is about to, the largest first. */
async function countedRecordings(drive: Drive, closing: ReadonlySet<unknown>, catalog: Catalog): Promise<Counted[]> {
  const of = [drive.tenant, drive.driveId];
  const rows = await catalog.query(
    'SELECT recording_id, messages, bytes, set_state FROM recordings WHERE tenant = ? AND drive_id = ? AND messages > 0',
    of,
  );
  const topics = await catalog.query(
    `SELECT recording_id, topic, sum(messages) AS messages FROM channels WHERE tenant = ? AND drive_id = ?
     GROUP BY recording_id, topic`,
    of,
  );
  const byRecording = new Map<unknown, Map<string, number>>();
  for (const row of topics) {
    const own = byRecording.get(row.recording_id) ?? new Map<string, number>();
    byRecording.set(row.recording_id, own.set(row.topic as string, Number(row.messages)));
  }
  return rows
    .filter((row) => row.set_state === 'active' || closing.has(row.recording_id))
    .map((row) => ({
      recordingId: row.recording_id as RecordingId,
      messages: Number(row.messages),
      bytes: Number(row.bytes),
      topics: byRecording.get(row.recording_id) ?? new Map<string, number>(),
    }))
    .sort((a, b) => b.messages - a.messages || b.bytes - a.bytes || (a.recordingId < b.recordingId ? -1 : 1));
}

/** Told by counting, before anything is read. Times would not tell: a half of an unsorted log may start later. */
const mayHold = (large: Counted, small: Counted): boolean =>
  [...small.topics].every(([topic, messages]) => messages <= (large.topics.get(topic) ?? 0));

/** Chunks of the small recording that the large one does not share, beside its chunk at the same place in the plan. */
const CUT_SHORT = `
  WITH large AS (
    SELECT chunk_id, object, topic_group, window_ns, part FROM recording_chunks
    WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND kind = 'log'
  )
  SELECT s.object AS small, l.object AS large
  FROM recording_chunks AS s
  LEFT JOIN large AS l ON l.topic_group = s.topic_group AND l.window_ns = s.window_ns AND l.part = s.part
  WHERE s.tenant = ? AND s.drive_id = ? AND s.recording_id = ? AND s.kind = 'log'
    AND s.chunk_id NOT IN (SELECT chunk_id FROM large)
  LIMIT ${PROOFS_MAX + 1}`;

async function holdsAll(drive: Drive, small: string, large: string, tools: CopyTools): Promise<boolean> {
  const { tenant, driveId } = drive;
  const rows = await tools.catalog.query(CUT_SHORT, [tenant, driveId, large, tenant, driveId, small]);
  if (rows.length > PROOFS_MAX) return false;
  for (const row of rows) {
    if (typeof row.small !== 'string' || typeof row.large !== 'string') return false;
    if (!(await beginsWith(row.large, row.small, tools))) return false;
  }
  return true;
}

interface ChannelProof {
  readonly topic: string;
  readonly hash: LeafHash;
  messages: number;
}

/** Whether, for each channel of the object `small`, some channel of `large` begins with just its messages. */
async function beginsWith(large: string, small: string, tools: CopyTools): Promise<boolean> {
  const wanted = new Map<number, ChannelProof>();
  for await (const message of messagesOf(small, tools)) addTo(wanted, message);
  const open = new Set(
    [...wanted.values()].map(({ topic, messages, hash }) => ({ topic, messages, leaf: hash.soFar() })),
  );
  const running = new Map<number, ChannelProof>();
  for await (const message of messagesOf(large, tools)) {
    if (open.size === 0) break;
    const state = addTo(running, message);
    for (const proof of open) {
      if (proof.topic !== state.topic || proof.messages !== state.messages) continue;
      if (state.hash.soFar() === proof.leaf) open.delete(proof);
    }
  }
  return open.size === 0;
}

function addTo(channels: Map<number, ChannelProof>, message: Message): ChannelProof {
  const { index, topic } = message.channel;
  const state = channels.get(index) ?? { topic, hash: new LeafHash(), messages: 0 };
  channels.set(index, state);
  state.hash.update(recordOf(message));
  state.messages += 1;
  return state;
}

async function* messagesOf(object: string, { store, decompressors }: CopyTools): AsyncGenerator<Message> {
  const source = sourceOfBytes(object, await store.read(object));
  for await (const batch of mcap.read(source, { decompressors, limits: DEFAULT_READ_LIMITS })) {
    for (const event of batch) if (event.kind === 'message') yield event.message;
  }
}

function recordOf(message: Message): Uint8Array {
  const record = Buffer.allocUnsafe(MESSAGE_OVERHEAD_BYTES + message.data.byteLength);
  writeMessage(record, new DataView(record.buffer, record.byteOffset, record.byteLength), 0, message, 0);
  return record;
}

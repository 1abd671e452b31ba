/**
 * Finds recordings whose messages are all in another recording of the same drive: the half-finished copy that was docked
 * before, or after, the whole. A chunk that both share proves itself by its id; the copy's last chunks, cut short, are
 * proven by the leaf of the first so many messages of the whole one's chunk at the same place.
 */
import { LeafHash, type RecordingId } from '@pitlane/contracts/identity';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { MESSAGE_OVERHEAD_BYTES, mcap, writeMessage } from '@pitlane/formats/mcap';
import { type ByteSource, type Decompressors, DEFAULT_READ_LIMITS, type Message } from '@pitlane/formats/recording';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface CopyTools {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly decompressors: Decompressors;
}

/** More chunks than this to prove by reading, and the copy counts as a recording of its own. */
const PROOFS_MAX = 512;

type Drive = Pick<DriveFacts, 'tenant' | 'driveId'>;

export async function supersededCopies(
  drive: Drive,
  tools: CopyTools,
): Promise<{ recordingId: RecordingId; by: RecordingId }[]> {
  const pairs = await tools.catalog.query(
    `SELECT small.recording_id AS small, large.recording_id AS large
     FROM recordings AS small JOIN recordings AS large
       ON small.tenant = large.tenant AND small.drive_id = large.drive_id AND small.start_ns = large.start_ns
     WHERE small.tenant = ? AND small.drive_id = ? AND small.set_state = 'active' AND large.set_state = 'active'
       AND (small.messages < large.messages OR small.messages = large.messages
         AND (small.bytes < large.bytes OR small.bytes = large.bytes AND small.recording_id > large.recording_id))
     ORDER BY large.messages DESC, large.bytes DESC, large.recording_id, small.recording_id`,
    [drive.tenant, drive.driveId],
  );
  const found = new Map<RecordingId, RecordingId>();
  for (const row of pairs) {
    const small = row.small as RecordingId;
    const large = row.large as RecordingId;
    if (found.has(small) || found.has(large)) continue;
    if (await holdsAll(drive, small, large, tools)) found.set(small, large);
  }
  return [...found].map(([recordingId, by]) => ({ recordingId, by }));
}

/** Chunks of `small` that `large` does not share, beside the chunk of `large` at the same place in the plan. */
const CUT_SHORT = `
  SELECT s.chunk_id, l.object FROM chunks AS s
  LEFT JOIN chunks AS l ON l.tenant = s.tenant AND l.drive_id = s.drive_id AND l.kind = 'log'
    AND l.topic_group = s.topic_group AND l.window_ns = s.window_ns AND l.part = s.part AND list_contains(l.recording_ids, ?)
  WHERE s.tenant = ? AND s.drive_id = ? AND s.kind = 'log'
    AND list_contains(s.recording_ids, ?) AND NOT list_contains(s.recording_ids, ?)
  LIMIT ${PROOFS_MAX + 1}`;

async function holdsAll(drive: Drive, small: string, large: string, tools: CopyTools): Promise<boolean> {
  const rows = await tools.catalog.query(CUT_SHORT, [large, drive.tenant, drive.driveId, small, large]);
  if (rows.length > PROOFS_MAX) return false;
  for (const { chunk_id: chunkId, object } of rows) {
    if (typeof object !== 'string' || typeof chunkId !== 'string') return false;
    const wanted = await tools.catalog.query(
      'SELECT topic, messages, leaf FROM chunk_topics WHERE tenant = ? AND drive_id = ? AND chunk_id = ? AND recording_id = ?',
      [drive.tenant, drive.driveId, chunkId, small],
    );
    if (!(await beginsWith(object, wanted, tools))) return false;
  }
  return true;
}

/** Whether, for each wanted channel, some channel of the object begins with just those messages. */
async function beginsWith(
  object: string,
  wanted: readonly SqlRow[],
  { store, decompressors }: CopyTools,
): Promise<boolean> {
  const source = memorySource(object, await store.read(object));
  const proofs = wanted.map(({ topic, messages, leaf }) => ({
    topic,
    messages: Number(messages),
    leaf,
    proven: false,
  }));
  const running = new Map<number, { hash: LeafHash; messages: number }>();
  for await (const batch of mcap.read(source, { decompressors, limits: DEFAULT_READ_LIMITS })) {
    for (const event of batch) {
      if (event.kind !== 'message') continue;
      const { channel } = event.message;
      const open = proofs.filter((proof) => !proof.proven && proof.topic === channel.topic);
      if (open.length === 0) continue;
      const state = running.get(channel.index) ?? { hash: new LeafHash(), messages: 0 };
      running.set(channel.index, state);
      state.hash.update(recordOf(event.message));
      state.messages += 1;
      for (const proof of open) {
        if (proof.messages === state.messages) proof.proven = state.hash.soFar() === proof.leaf;
      }
    }
  }
  return proofs.every((proof) => proof.proven);
}

function recordOf(message: Message): Uint8Array {
  const record = Buffer.allocUnsafe(MESSAGE_OVERHEAD_BYTES + message.data.byteLength);
  writeMessage(record, new DataView(record.buffer, record.byteOffset, record.byteLength), 0, message, 0);
  return record;
}

const memorySource = (name: string, bytes: Uint8Array): ByteSource => ({
  name,
  sizeBytes: bytes.byteLength,
  async read(offset, into) {
    const part = bytes.subarray(offset, offset + into.byteLength);
    into.set(part);
    return part.byteLength;
  },
});

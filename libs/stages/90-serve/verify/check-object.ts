/** Reads one object whole and compares it with what store and catalog say of it. */
import { createHash } from 'node:crypto';
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import { type ChunkKind, chunkIdFrom, type DriveId } from '@pitlane/contracts/identity';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { PLAN_VERSION } from '@pitlane/contracts/plan';
import type { ObjectInfo, ObjectStore } from '@pitlane/ports/object-store';
import type { DecodeTools } from '../objects/inner-messages.ts';
import type { SignedObject } from './check-receipts.ts';
import { type FoundChannel, ObjectFindings } from './object-findings.ts';
import { descriptorKey } from '../objects/object-index.ts';
import type { Descriptor, DriveVerifyPlan, ExpectedChannel, ExpectedChunk, Fault } from './verify-plan.ts';
import { walkRecords } from '../objects/walk-records.ts';

export type Crc32c = (bytes: Uint8Array, previous?: number) => number;

export interface CheckTools extends DecodeTools {
  readonly store: Pick<ObjectStore, 'stat' | 'read'>;
  readonly crc32c: Crc32c;
  readonly signal?: AbortSignal | undefined;
}

const READ_BYTES = 8 * 1024 * 1024;

/** What is known of the drive around a chunk. */
type OfDrive = Pick<DriveVerifyPlan, 'tenant' | 'driveId' | 'descriptors'>;

export async function checkObject(drive: OfDrive, chunk: ExpectedChunk, tools: CheckTools): Promise<Fault[]> {
  const faults: Fault[] = [];
  const add = (text: string, topic?: string): void => {
    const { object, chunkId } = chunk;
    faults.push({ object, chunkId, ...(topic !== undefined && { topic }), fault: text });
  };
  const info = await tools.store.stat(chunk.object);
  if (!info) {
    const topics = [...new Set(chunk.channels.map(([descriptor]) => drive.descriptors[descriptor]?.topic))];
    add(`it is missing from the store, with ${topics.join(', ')}`);
    return faults;
  }
  compareInfo(chunk, info, 'the catalog', add);
  const findings = new ObjectFindings(chunk.object, tools);
  const sums = await readWhole(info, findings, tools);
  if (sums.crc32c !== info.crc32c) add(`its bytes have CRC-32C ${sums.crc32c}, the store says ${info.crc32c}`);
  compareSha256(chunk, info, sums.sha256, add);
  const found = findings.channels();
  for (const text of findings.faults) add(text);
  compareChannels(drive, chunk, found, add);
  return faults;
}

/**
 * Checks an object that only a receipt names: no chunk of the catalog says what is inside, so its own sums have to do.
 * @param whole whether it is read, and not only looked up
 */
export async function checkSignedObject(
  { receiptId, line }: SignedObject,
  whole: boolean,
  tools: CheckTools,
): Promise<Fault[]> {
  const { object, chunkId } = line;
  const faults: Fault[] = [];
  const add = (fault: string): void => void faults.push({ object, chunkId, fault });
  const witness = `receipt ${receiptId.slice(0, 12)}`;
  const info = await tools.store.stat(object);
  if (!info) {
    add(`it is missing from the store, and ${witness} vouches for it`);
    return faults;
  }
  compareInfo({ ...line, bytes: line.bytesStored }, info, witness, add);
  if (!whole) return faults;
  const findings = new ObjectFindings(object, tools);
  const sums = await readWhole(info, findings, tools);
  if (sums.crc32c !== info.crc32c) add(`its bytes have CRC-32C ${sums.crc32c}, the store says ${info.crc32c}`);
  const own = info.metadata[ObjectMetadata.sha256];
  if (own !== undefined && own !== sums.sha256) add(`its SHA-256 is ${sums.sha256}, its metadata says ${own}`);
  findings.channels();
  for (const text of findings.faults) add(text);
  return faults;
}

type Add = (text: string, topic?: string) => void;

function compareInfo(
  expected: Pick<ExpectedChunk, 'chunkId' | 'bytes' | 'crc32c' | 'generation'>,
  info: ObjectInfo,
  witness: string,
  add: Add,
): void {
  if (info.bytes !== expected.bytes) add(`it has ${info.bytes} bytes, ${witness} says ${expected.bytes}`);
  if (info.crc32c !== expected.crc32c) add(`the store says CRC-32C ${info.crc32c}, ${witness} ${expected.crc32c}`);
  if (info.generation !== expected.generation) {
    add(`the store holds generation ${info.generation}, ${witness} knows ${expected.generation}: it was replaced`);
  }
  const chunkId = info.metadata[ObjectMetadata.chunkId];
  if (chunkId !== expected.chunkId) add(`its metadata names chunk ${chunkId ?? 'none'}`);
}

/** The catalog has the garage's SHA-256; the store may hold another encoding of the chunk, whose metadata has its own. */
function compareSha256(chunk: ExpectedChunk, info: ObjectInfo, sha256: string, add: Add): void {
  const own = info.metadata[ObjectMetadata.sha256];
  if (own !== undefined && own !== sha256) add(`its SHA-256 is ${sha256}, its metadata says ${own}`);
  const accepted = own === sha256 && info.crc32c === chunk.crc32c;
  if (sha256 !== chunk.sha256 && !accepted) add(`its SHA-256 is ${sha256}, the catalog says ${chunk.sha256}`);
}

async function readWhole(
  info: ObjectInfo,
  findings: ObjectFindings,
  { store, crc32c, signal }: CheckTools,
): Promise<{ crc32c: string; sha256: string }> {
  const sha256 = createHash('sha256');
  let crc = 0;
  let readTo = 0;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    signal?.throwIfAborted();
    const bytes = await store.read(info.name, { start, end });
    sha256.update(bytes);
    crc = crc32c(bytes, crc);
    readTo = end;
    return bytes;
  };
  try {
    for await (const record of walkRecords(read, info.bytes)) findings.take(record);
  } catch (error) {
    if (!isPitlaneError(error, 'corrupt-input') && !(error instanceof RangeError)) throw error;
    findings.fault(messageOf(error));
  }
  while (readTo < info.bytes) await read(readTo, Math.min(readTo + READ_BYTES, info.bytes));
  return { crc32c: (crc >>> 0).toString(16).padStart(8, '0'), sha256: sha256.digest('hex') };
}

function compareChannels(drive: OfDrive, chunk: ExpectedChunk, found: readonly FoundChannel[], add: Add): void {
  const left = [...found];
  const takeOut = (wanted: (channel: FoundChannel) => boolean): FoundChannel | undefined => {
    const at = left.findIndex(wanted);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const unmatched: ExpectedChannel[] = [];
  const pairs: [Descriptor, FoundChannel][] = [];
  for (const expected of chunk.channels) {
    const [number, messages, leaf] = expected;
    const descriptor = drive.descriptors[number] as Descriptor;
    const key = descriptorKey(descriptor);
    const same = takeOut(
      (one) => one.leaf === leaf && one.messages === messages && descriptorKey(one.descriptor) === key,
    );
    if (same) pairs.push([descriptor, same]);
    else unmatched.push(expected);
  }
  for (const [number, messages, leaf] of unmatched) {
    const { topic } = drive.descriptors[number] as Descriptor;
    const other = takeOut((one) => one.descriptor.topic === topic);
    if (!other) add(`${topic} is missing, with ${counted(messages, 'message')}`, topic);
    else if (other.leaf !== leaf) {
      const counts =
        other.messages === messages
          ? counted(messages, 'message')
          : `${counted(other.messages, 'message')} instead of ${messages}`;
      add(`${topic} has ${counts}, its leaf differs from the catalog's`, topic);
    } else add(`${topic} has another schema, encoding or metadata than in the catalog`, topic);
  }
  for (const { descriptor, messages } of left) {
    add(`${descriptor.topic} has ${counted(messages, 'message')} that the catalog knows nothing of`, descriptor.topic);
  }
  if (unmatched.length > 0 || left.length > 0 || pairs.length === 0) return;
  const { chunkId, kind } = chunk;
  const channels = pairs.map(([{ twin }, { descriptor, messages, leaf }]) => ({ ...descriptor, twin, messages, leaf }));
  const identity = { tenant: drive.tenant, driveId: drive.driveId as DriveId, planVersion: PLAN_VERSION };
  const own = chunkIdFrom({ ...identity, kind: kind as ChunkKind, channels });
  if (own !== chunkId) add(`what is inside gives chunk id ${own}, not ${chunkId}`);
}

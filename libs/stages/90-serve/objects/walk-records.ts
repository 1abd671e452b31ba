/** All records of an object one after another in the order of its bytes, in reads of at most 8 MiB unless a record is larger. */
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { lengthAt, MAGIC, RECORD_HEAD_BYTES, viewOf } from './record-fields.ts';

const READ_BYTES = 8 * MIB;
/** No record of ours is larger: a message is at most 256 MiB, and an inner chunk that holds it a little more. */
const RECORD_BYTES_MAX = 1024 * MIB;

export interface ObjectRecord {
  readonly opcode: number;
  /** Where the record begins in the object. */
  readonly offset: number;
  /** The whole record, head included; valid until the next one is asked for. */
  readonly record: Uint8Array;
}

/** @param read gives bytes [start, end) of the object; it is called for each byte once, in order. */
export async function* walkRecords(
  read: (start: number, end: number) => Promise<Uint8Array>,
  objectBytes: number,
): AsyncGenerator<ObjectRecord> {
  let held: Uint8Array = new Uint8Array(0);
  let heldAt = 0;
  const hold = async (offset: number, bytes: number): Promise<Uint8Array> => {
    const skip = offset - heldAt;
    if (skip + bytes > held.byteLength) {
      const heldEnd = heldAt + held.byteLength;
      if (offset + bytes > objectBytes)
        throw new PitlaneError('corrupt-input', `it ends inside the record at byte ${offset}`);
      const end = Math.min(objectBytes, Math.max(offset + bytes, heldEnd + READ_BYTES));
      const more = await read(heldEnd, end);
      held = skip === held.byteLength ? more : Buffer.concat([held.subarray(skip), more]);
      heldAt = offset;
    }
    return held.subarray(offset - heldAt, offset - heldAt + bytes);
  };
  const isMagic = (bytes: Uint8Array): boolean => Buffer.compare(bytes, MAGIC) === 0;
  if (!isMagic(await hold(0, MAGIC.byteLength)))
    throw new PitlaneError('corrupt-input', 'it does not begin as an MCAP file');
  const end = objectBytes - MAGIC.byteLength;
  let at = MAGIC.byteLength;
  while (at < end) {
    const head = await hold(at, RECORD_HEAD_BYTES);
    const recordBytes = RECORD_HEAD_BYTES + lengthAt(viewOf(head), 1);
    if (!(recordBytes <= Math.min(end - at, RECORD_BYTES_MAX))) {
      throw new PitlaneError('corrupt-input', `the record at byte ${at} is longer than what is left`);
    }
    const record = await hold(at, recordBytes);
    yield { opcode: record[0] as number, offset: at, record };
    at += recordBytes;
  }
  if (!isMagic(await hold(at, MAGIC.byteLength)))
    throw new PitlaneError('corrupt-input', 'it does not end as an MCAP file');
}

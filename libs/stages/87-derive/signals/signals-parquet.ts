/**
 * The series of a chunk as Parquet, one row a sample in order of topic, signal and time. The same series give the same bytes:
 * nothing in it says when or where it was written.
 */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { SignalSeries } from '@pitlane/contracts/derivation';
import type { DerivedFrom } from '../deriver.ts';

export function signalsParquet({ drive, chunkId }: DerivedFrom, series: readonly SignalSeries[]): Uint8Array {
  const ordered = series.toSorted((a, b) =>
    a.topic === b.topic ? compare(a.signal, b.signal) : compare(a.topic, b.topic),
  );
  const each = <T>(of: (one: SignalSeries, i: number) => T): T[] =>
    ordered.flatMap((one) => one.offsetsNs.map((_, i) => of(one, i)));
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'topic', data: each(({ topic }) => topic), type: 'STRING' },
      { name: 'signal', data: each(({ signal }) => signal), type: 'STRING' },
      {
        name: 'time_ns',
        data: each(({ startTime, offsetsNs }, i) => timeNs(startTime, offsetsNs[i] as number)),
        type: 'INT64',
      },
      { name: 'value', data: each(({ values }, i) => values[i] ?? null), type: 'DOUBLE' },
      { name: 'text', data: each(({ texts }, i) => texts[i] ?? null), type: 'STRING' },
      { name: 'unit', data: each(({ unit }) => unit), type: 'STRING' },
    ],
    kvMetadata: Object.entries({
      tenant: drive.tenant,
      vehicleId: drive.vehicleId,
      driveId: drive.driveId,
      chunkId,
    }).map(([key, value]) => ({ key: `pitlane.${key}`, value })),
  });
  return new Uint8Array(buffer);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** As the signed number with the same bits: a time from 2^63 on is negative here. */
const timeNs = (start: string, offsetNs: number): bigint => BigInt.asIntN(64, BigInt(start) + BigInt(offsetNs));

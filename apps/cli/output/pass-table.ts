/** Passes as a table. */
import { textFromTimeNs } from '@pitlane/base/time';
import { type Column, tableText } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface ShownPass {
  readonly driveId: string;
  readonly vehicleId: string;
  readonly topic: string;
  readonly enterTime: string;
  readonly exitTime: string;
  readonly lengthM: number;
  readonly headingDeg: number | null;
  readonly speedMps: number | null;
  readonly chunkIds: readonly string[];
  readonly landed: readonly { readonly topic: string; readonly chunkId: string }[];
}

const COLUMNS: readonly Column<ShownPass>[] = [
  { title: 'vehicle', value: ({ vehicleId }) => vehicleId },
  { title: 'from', value: ({ enterTime }) => textFromTimeNs(BigInt(enterTime)) },
  {
    title: 'for',
    value: ({ enterTime, exitTime }) => `${(Number(BigInt(exitTime) - BigInt(enterTime)) / 1e9).toFixed(1)} s`,
    align: 'right',
  },
  { title: 'm', value: ({ lengthM }) => lengthM.toFixed(0), align: 'right' },
  {
    title: 'heading',
    value: ({ headingDeg }) => (headingDeg === null ? '' : `${headingDeg.toFixed(0)}°`),
    align: 'right',
  },
  { title: 'km/h', value: ({ speedMps }) => (speedMps === null ? '' : (speedMps * 3.6).toFixed(1)), align: 'right' },
  { title: 'by', value: ({ topic }) => topic },
  { title: 'with', value: ({ landed }) => [...new Set(landed.map(({ topic }) => topic))].join(' ') },
  { title: 'drive', value: ({ driveId }) => driveId },
];

export const passTable = (passes: readonly ShownPass[], terminal: Terminal): string =>
  tableText(passes, COLUMNS, terminal);

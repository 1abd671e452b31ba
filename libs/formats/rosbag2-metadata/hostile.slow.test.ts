import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import { bagMetadataFrom, METADATA_BYTES_MAX } from './index.ts';

/** By CPU, which a crowded machine does not stretch as it does the time. */
const CPU_MAX_MS = 6_000;
const root = 'rosbag2_bagfile_information:';
const read = (text: string) => bagMetadataFrom(bytesFromUtf8(text));

describe('hostile metadata', () => {
  it('of absurd depth or length costs seconds at most', () => {
    const fill = (piece: string): string => piece.repeat(METADATA_BYTES_MAX / piece.length - 100);
    for (const text of [
      `${root} ${fill('[')}`,
      `${root} ${fill('{a: ')}`,
      `${root}\n${fill('- a\n')}`,
      `${root} "${fill('a')}`,
    ]) {
      const startedCpu = process.cpuUsage();
      read(text);
      const { user, system } = process.cpuUsage(startedCpu);
      expect((user + system) / 1000).toBeLessThan(CPU_MAX_MS);
    }
  }, 60_000);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import { type Selection, windowOf } from '@pitlane/contracts/plan';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { expect, it } from 'vitest';
import { smallLog, START_NS } from '../../test/support/small-log.ts';
import { Chunkers } from './chunker.ts';
import type { ChunkerJob } from './chunker-protocol.ts';

const MINUTES = 60;
/** The word to pause meets a process that may just be about to seal one, and what it has told may not be taken yet. */
const OVERTAKING_MAX = 3;

it('a bulk cut seals nothing while what is more urgent is cut, and then all the rest of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-preempts-'));
  const chunkers = new Chunkers(1);
  try {
    await writeFile(join(folder, 'a.mcap'), smallLog({ topics: ['/imu'], seconds: MINUTES * 60, payloadBytes: 600 }));
    const job = (name: string, only?: readonly Selection[]): ChunkerJob => ({
      tenant: 'default',
      vehicleId: 'car-47',
      driveId: name as DriveId,
      recordingId: name.repeat(64) as RecordingId,
      done: new Map(),
      root: folder,
      path: 'a.mcap',
      version: null,
      beside: [],
      format: 'mcap',
      spoolRoot: join(folder, 'spool'),
      limits: DEFAULT_READ_LIMITS,
      ...(only && { only }),
    });
    const told: string[] = [];
    const cut = async (name: string, priority: number, only?: readonly Selection[]): Promise<void> => {
      for await (const event of chunkers.run(job(name, only), undefined, priority)) {
        if (event.type !== 'chunk') continue;
        told.push(name);
        if (told.length === 1) urgent = cut('b', 20, [{ topics: [], windows: { first, last: first + 9n } }]);
      }
    };
    const first = windowOf(START_NS) + 20n;
    let urgent: Promise<void> | undefined;
    await cut('a', 99);
    await urgent;
    const [begins, ends] = [told.indexOf('b'), told.lastIndexOf('b')];
    expect(told.filter((name) => name === 'b').length).toBe(10);
    expect(told.filter((name) => name === 'a').length).toBe(MINUTES + 1);
    expect(told.slice(begins, ends).filter((name) => name === 'a').length).toBeLessThanOrEqual(OVERTAKING_MAX);
    expect(told.slice(ends).filter((name) => name === 'a').length).toBeGreaterThan(MINUTES / 2);
  } finally {
    await chunkers.close();
    await rm(folder, { recursive: true, force: true });
  }
});

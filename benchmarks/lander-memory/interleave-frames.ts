/**
 * `interleave-frames.ts BROKERS CHUNKS`: told a name, publishes that many chunks of 64 MiB frame by frame in turn, so that
 * none is whole before all nearly are, and says which chunks they were.
 */
import { randomBytes, randomFillSync } from 'node:crypto';
import { MIB } from '@pitlane/base/bytes';
import type { Frame } from '@pitlane/contracts/frame';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { framesOf } from '../link/frames-of.ts';
import { openFrames } from '../link/opened.ts';
import { claimNamed } from '../link/sealed-chunks.ts';

const CHUNK_BYTES = 64 * MIB;
const [, , brokers = '', count = ''] = process.argv;
const log = openFrames(brokers);
const content = randomFillSync(new Uint8Array(CHUNK_BYTES));
const claim = claimOf(content);

process.on('message', ({ name }: { name: string }) => void interleave(name));
process.on('disconnect', () => process.exit());
process.send?.([]);

async function interleave(name: string): Promise<void> {
  const claims = Array.from({ length: Number(count) }, (_, number) => claimNamed(claim, `${name} ${number}`));
  const streams = claims.map((one) => framesOf(one, content, randomBytes(8).toString('hex')));
  for (;;) {
    const turn = streams
      .map((stream) => stream.next().value as Frame | undefined)
      .filter((frame) => frame !== undefined);
    if (turn.length === 0) break;
    await Promise.all(turn.map((frame) => log.publish('bulk', [frame])));
  }
  process.send?.(claims.map(({ chunk }) => chunk.chunkId));
}

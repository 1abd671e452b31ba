/**
 * `produce-frames.ts BROKERS PREFIX CHUNKS PRODUCERS`: publishes chunks of 64 MiB as shipping does, four at once and four
 * frames in each publish, without a disk behind them. Prints how long it took from the first publish to the last acknowledgement.
 */
import { randomBytes, randomFillSync } from 'node:crypto';
import { mapOrdered } from '@pitlane/base/flow';
import { MIB } from '@pitlane/base/bytes';
import type { Frame } from '@pitlane/contracts/frame';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { framesOf } from '../link/frames-of.ts';
import { openFrames } from '../link/opened.ts';
import { claimNamed } from '../link/sealed-chunks.ts';

const CHUNK_BYTES = 64 * MIB;
const CHUNKS_AT_ONCE = 4;
const FRAMES_AT_ONCE = 4;

const [, , brokers = '', prefix = '', count = '', producers = ''] = process.argv;
const log = openFrames(brokers, prefix, undefined, Number(producers));
await log.ensureTopics();
const content = randomFillSync(new Uint8Array(CHUNK_BYTES));
// Nobody lands these: what its claim says of the content is never looked at.
const claim = claimOf(new Uint8Array(1));
const numbers = Array.from({ length: Number(count) }, (_, number) => number);
let frames = 0;
const startedAt = performance.now();
for await (const sent of mapOrdered(numbers, CHUNKS_AT_ONCE, publish)) frames += sent;
const ms = performance.now() - startedAt;
process.stdout.write(`${JSON.stringify({ ms, frames, bytes: numbers.length * CHUNK_BYTES })}\n`);
await log.close();

async function publish(number: number): Promise<number> {
  const attempt = randomBytes(8).toString('hex');
  let sent = 0;
  let batch: Frame[] = [];
  for (const frame of framesOf(claimNamed(claim, `${prefix} ${number}`), content, attempt)) {
    batch.push(frame);
    if (batch.length < FRAMES_AT_ONCE) continue;
    await log.publish('bulk', batch);
    sent += batch.length;
    batch = [];
  }
  if (batch.length > 0) await log.publish('bulk', batch);
  return sent + batch.length;
}

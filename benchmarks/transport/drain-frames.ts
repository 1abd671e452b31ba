/**
 * `drain-frames.ts BROKERS PREFIX FRAMES`: consumes the bulk lane from its beginning and does nothing with it. Prints how
 * long the frames took after those that came first, whose fetching nobody saw begin.
 */
import { openFrames } from '../link/opened.ts';

const [, , brokers = '', prefix = '', count = ''] = process.argv;
const log = openFrames(brokers, prefix);
const enough = new AbortController();
let frames = 0;
let bytes = 0;
let startedAt: number | undefined;
let ms = 0;
const options = { batchBytesMax: 4 * 1024 * 1024, signal: enough.signal, onRevoked: async () => {} };
await log.consume('bulk', 'drain', options, async (batch, settle) => {
  frames += batch.length;
  if (startedAt === undefined) startedAt = performance.now();
  else bytes += batch.reduce((sum, { body }) => sum + body.byteLength, 0);
  ms = performance.now() - startedAt;
  const last = batch.at(-1);
  if (last) settle(last.partition, last.offset + 1n);
  if (frames >= Number(count)) enough.abort();
});
process.stdout.write(`${JSON.stringify({ ms, bytes })}\n`);
await log.close();

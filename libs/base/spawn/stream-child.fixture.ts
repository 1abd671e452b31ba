/** A child for the tests of streams: it gives as many bytes as it is told, and ends as it is told. */
import { PitlaneError } from '../errors/index.ts';
import { serveStreams } from './serve-streams.ts';

export interface FixtureJob {
  readonly parts: number;
  readonly partBytes: number;
  readonly ends: 'well' | 'badly' | 'dead';
}

serveStreams<FixtureJob>(async ({ parts, partBytes, ends }, write) => {
  for (let i = 0; i < parts; i += 1) await write([Buffer.alloc(partBytes, i)]);
  if (ends === 'dead') process.exit(1);
  if (ends === 'badly') throw new PitlaneError('corrupt-input', 'the object is damaged');
  return { pid: process.pid };
});

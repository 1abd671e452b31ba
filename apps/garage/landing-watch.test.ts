import type { RecordingId } from '@pitlane/contracts/identity';
import { beforeEach, describe, expect, it } from 'vitest';
import { LandingWatch } from './landing-watch.ts';

const [a, b] = ['a', 'b'] as RecordingId[] as [RecordingId, RecordingId];
const landing = (recordingId: RecordingId, ordinal: number) => ({ recordingId, ordinal });

let told: RecordingId[];
let watch: LandingWatch;

beforeEach(() => {
  told = [];
  watch = new LandingWatch((recordingId) => told.push(recordingId));
});

describe('a recording', () => {
  it('has landed when each of its chunks has, in any order, and is told of once', () => {
    for (const ordinal of [2, 0]) watch.landed(landing(a, ordinal));
    watch.sealed(a, 3);
    watch.landed(landing(b, 1));
    expect(told).toEqual([]);
    watch.landed(landing(a, 1));
    watch.landed(landing(a, 1));
    expect(told).toEqual([a]);
  });

  it('has not landed by hearing of one chunk twice, nor before its number of chunks is known', () => {
    watch.landed(landing(a, 0));
    watch.landed(landing(a, 0));
    watch.sealed(a, 2);
    expect(told).toEqual([]);
  });

  it('that has no chunks has landed as soon as that is known', () => {
    watch.sealed(a, 0);
    expect(told).toEqual([a]);
  });
});

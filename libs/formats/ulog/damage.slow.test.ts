import { readFileSync } from 'node:fs';
import path from 'node:path';
import { concatCopy } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { mutated } from '../../../test/support/mutations.ts';
import { faultOfLosses, linesOf, type ReadRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { collectUlog } from './collect-ulog.fixture.ts';
import { ulog } from './index.ts';
import { u16 } from './record.ts';
import { type FixtureStep, fixtureStart, writeUlog } from './write-ulog.fixture.ts';

const SEED = 20_261_126;
const data = requireData();
const realLog = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(data ?? '', 'ulog', name)));

/** Where the real log has all its definitions and nearly all subscriptions behind it. */
const SUBSCRIBED_AT = 66_000;

const steps: FixtureStep[] = [
  ...Array.from({ length: 9 }, (_, i): FixtureStep => ({ kind: 'data', id: i % 3, timeUs: 2000 + i, fill: 0x81 + i })),
  { kind: 'text', tag: undefined, timeUs: 3000, text: 'one' },
  { kind: 'sync' },
  { kind: 'text', tag: 7, timeUs: 3001, text: 'two' },
  { kind: 'dropout', durationMs: 5 },
  { kind: 'parameter', value: 9 },
  { kind: 'data', id: 1, timeUs: 4000, fill: 0x55 },
  { kind: 'data', id: 0, timeUs: 4001, fill: 0x56 },
];
const small = writeUlog(steps);
const SMALL_MESSAGES = 15;

function flipped(whole: Uint8Array, bit: number): Uint8Array {
  const damaged = whole.slice();
  damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return damaged;
}

async function expectCut(whole: Uint8Array, full: ReadRecording, cut: number): Promise<void> {
  const back = await collectUlog(whole.subarray(0, cut));
  const endOf = ({ sourceOffset }: { sourceOffset: number }) => sourceOffset + 3 + u16(whole, sourceOffset);
  const wanted = full.messages.filter((one) => endOf(one) <= cut);
  expect(linesOf(back.messages), `cut at ${cut}`).toEqual(linesOf(wanted));
  const readUpTo = Math.max(0, ...wanted.slice(-1).map(endOf));
  expect(back.losses.length, `cut at ${cut}`).toBeLessThanOrEqual(1);
  for (const { offset, bytes, reason } of back.losses) {
    expect([reason, offset + bytes], `cut at ${cut}`).toEqual(['truncated', cut]);
    expect(offset).toBeGreaterThanOrEqual(readUpTo);
  }
}

describe('a log that was cut off', () => {
  it('gives every message that is whole, at every byte', async () => {
    const full = await collectUlog(small);
    expect([full.messages.length, full.losses]).toEqual([SMALL_MESSAGES, []]);
    for (let cut = 7; cut < small.byteLength; cut += 1) await expectCut(small, full, cut);
  });

  it.skipIf(data === undefined)('gives every whole message of a real one, at 40 places', async () => {
    const whole = realLog('sample_log_small.ulg');
    const full = await collectUlog(whole);
    const cuts = fc.sample(fc.integer({ min: 7, max: whole.byteLength - 1 }), { seed: SEED, numRuns: 40 });
    for (const cut of cuts) await expectCut(whole, full, cut);
  });
});

describe('a log with flipped bits', () => {
  const dataStart = fixtureStart().byteLength;

  it('alters one message and those that take its time, and says what is lost', async () => {
    const original = new Set(linesOf((await collectUlog(small)).messages).map(bare));
    for (let bit = dataStart * 8; bit < small.byteLength * 8; bit += 1) {
      const back = await collectUlog(flipped(small, bit));
      const lines = linesOf(back.messages).map(bare);
      // A dropout and a parameter take the time of the text in front of them.
      expect(lines.filter((line) => !original.has(line)).length, `bit ${bit}`).toBeLessThanOrEqual(3);
      if (lines.length < SMALL_MESSAGES) expect(back.losses.length, `bit ${bit}`).toBeGreaterThan(0);
      expect(lines.length, `bit ${bit}`).toBeLessThanOrEqual(SMALL_MESSAGES);
      expect(lines.length, `bit ${bit}`).toBeGreaterThanOrEqual(SMALL_MESSAGES - 2);
      expect(faultOfLosses(back.losses, small.byteLength)).toBeUndefined();
    }
  });

  it('in the definitions loses at most the topics of two ids', async () => {
    for (let bit = 16 * 8; bit < dataStart * 8; bit += 1) {
      const back = await collectUlog(flipped(small, bit));
      if (back.opaque !== undefined) {
        expect(bit >> 3, back.opaque).toBeLessThan(16 + 43);
        continue;
      }
      expect(back.messages.length, `bit ${bit}`).toBeGreaterThanOrEqual(SMALL_MESSAGES - 8);
      if (back.messages.length < SMALL_MESSAGES) expect(back.losses.length, `bit ${bit}`).toBeGreaterThan(0);
    }
  });

  it.skipIf(data === undefined)('keeps nearly all of a real one', async () => {
    const whole = realLog('sample_log_small.ulg');
    const original = new Set(linesOf((await collectUlog(whole)).messages).map(bare));
    const first = SUBSCRIBED_AT * 8;
    const bits = fc.sample(fc.integer({ min: first, max: whole.byteLength * 8 - 1 }), { seed: SEED, numRuns: 40 });
    for (const bit of bits) {
      const back = await collectUlog(flipped(whole, bit));
      const kept = linesOf(back.messages).filter((line) => original.has(bare(line))).length;
      expect(kept, `bit ${bit}`).toBeGreaterThanOrEqual(14_608 - 3);
    }
  });

  /** Without the sequence, which counts on behind what is missing. */
  function bare(line: string): string {
    const [topic, , ...rest] = line.split(' ');
    return [topic, ...rest].join(' ');
  }
});

describe('a log with any damage', () => {
  it.skipIf(data === undefined)('never throws, and says of every byte what became of it', async () => {
    const whole = realLog('sample_log_small.ulg');
    for (let seed = 0; seed < 60; seed += 1) {
      const { bytes: rest, how } = mutated(whole.subarray(SUBSCRIBED_AT), seed);
      const bytes = concatCopy([whole.subarray(0, SUBSCRIBED_AT), rest]);
      const { losses, messages } = await collectUlog(bytes);
      const told = losses.filter((loss) => loss.bytes > 0);
      expect(faultOfLosses(told, bytes.byteLength), `${seed}: ${how}`).toBeUndefined();
      for (const { sourceOffset } of messages) expect(sourceOffset).toBeLessThan(bytes.byteLength);
      const lost = told.reduce((sum, loss) => sum + loss.bytes, 0);
      expect(lost, `${seed}: ${how}`).toBeLessThan(60_000);
    }
  });

  it.each([0x00, 0x41, 0x44, 0x46, 0x49, 0x4c, 0x4f, 0x50, 0x51])(
    'of 4 MB of the byte %i costs seconds at most',
    async (byte) => {
      const bytes = new Uint8Array(4_000_000).fill(byte);
      bytes.set(small);
      const startMs = performance.now();
      let lost = 0;
      for await (const batch of ulog.read(memorySource(bytes), {
        decompressors: {} as never,
        limits: DEFAULT_READ_LIMITS,
      })) {
        for (const event of batch) if (event.kind === 'loss') lost += event.loss.bytes;
      }
      expect(lost).toBe(bytes.byteLength - small.byteLength);
      expect(performance.now() - startMs).toBeLessThan(20_000);
    },
  );
});

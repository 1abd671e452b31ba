/** Whatever the order, the duplicates, the faults and the restarts: each chunk lands, and offsets tell the truth. */
import type { Frame, FrameHead } from '@pitlane/contracts/frame';
import { PitlaneError } from '@pitlane/base/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP, LANE, type Life, LanderRig, type TravellingChunk, travelling, until } from './lander.fixture.ts';

const PARTITIONS = 3;
const INCOMPLETE_MS = 600_000;

const arbitraryAttempt = fc.record({
  /** How many of its last frames never come. */
  missing: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
  /** Frames that come once more, somewhere later. */
  twice: fc.array(fc.nat(4), { maxLength: 3 }),
});
const arbitraryChunk = fc.record({
  bytes: fc.nat(1500),
  attempts: fc.array(arbitraryAttempt, { minLength: 1, maxLength: 2 }),
});
const arbitraryLife = fc.record({
  frames: fc.nat(25),
  end: fc.constantFrom<'kill' | 'stop' | 'rebalance'>('kill', 'stop', 'rebalance'),
});
const arbitraryFault = fc.constantFrom<'none' | 'before' | 'after'>('none', 'none', 'before', 'after');
const arbitraryCase = fc.record({
  chunks: fc.array(arbitraryChunk, { minLength: 1, maxLength: 5 }),
  order: fc.array(fc.nat(1000), { minLength: 5, maxLength: 40 }),
  lives: fc.array(arbitraryLife, { maxLength: 4 }),
  faults: fc.array(arbitraryFault, { maxLength: 8 }),
});
type Case = typeof arbitraryCase extends fc.Arbitrary<infer T> ? T : never;

/** The frames of all attempts, mixed, each attempt in its order but for duplicates. */
function mixed({ chunks, order }: Case): { frames: Frame[]; whole: TravellingChunk[] } {
  const whole: TravellingChunk[] = [];
  const queues = chunks.flatMap(({ bytes, attempts }, number) =>
    attempts.map(({ missing, twice }, attempt) => {
      const chunk = travelling(`chunk ${number}`, attempt, bytes);
      const sent = chunk.frames.slice(0, chunk.frames.length - missing);
      if (missing === 0) whole.push(chunk);
      const queue: Frame[] = [];
      sent.forEach((frame, index) => {
        queue.push(frame);
        for (const again of twice) if (again < index) queue.push(sent[again] as Frame);
      });
      return queue;
    }),
  );
  const frames: Frame[] = [];
  for (let turn = 0; queues.some(({ length }) => length > 0); turn += 1) {
    const left = queues.filter(({ length }) => length > 0);
    frames.push(left[(order[turn % order.length] ?? 0) % left.length]?.shift() as Frame);
  }
  return { frames, whole };
}

/** The store fails before or after the write, as the list says. */
function breakStore(rig: LanderRig, faults: readonly ('none' | 'before' | 'after')[]): void {
  const put = rig.store.put.bind(rig.store);
  let puts = 0;
  const away = () => new PitlaneError('unavailable', 'the store is away', { retryable: true });
  rig.store.put = async (...args) => {
    const fault = faults[puts++];
    if (fault === 'before') throw away();
    const info = await put(...args);
    if (fault === 'after') throw away();
    return info;
  };
}

/** What lies before a settled offset is landed or told of. */
function lies(rig: LanderRig, partition: number, nextOffset: bigint): string[] {
  const landed = new Set(rig.landings().map(({ chunk }) => chunk.chunkId));
  const told = new Set(rig.deadLetters().map(({ chunkId, attempt }) => `${chunkId} ${attempt}`));
  return rig.frames
    .framesOf(LANE, partition)
    .filter(({ offset }) => offset < nextOffset)
    .map(({ head }) => JSON.parse(head) as FrameHead)
    .filter(({ chunkId, attempt }) => !landed.has(chunkId) && !told.has(`${chunkId} ${attempt}`))
    .map(({ chunkId, attempt, index }) => `${chunkId} ${attempt} ${index}`);
}

async function liveThrough(rig: LanderRig, { lives }: Case): Promise<void> {
  let life: Life | undefined;
  for (const { frames, end } of lives) {
    life ??= await rig.live({ incompleteMs: INCOMPLETE_MS, batchBytesMax: 900 });
    const { counters } = life.assembler;
    const came = () => counters.bytesAssembled / 400 + counters.duplicates + counters.strays;
    const from = came();
    let turns = 0;
    await until(() => came() >= from + frames || turns++ > 50, 'frames');
    if (end === 'rebalance') rig.frames.rebalance(LANE, GROUP);
    else {
      if (end === 'kill') life.kill();
      else await life.stop();
      life = undefined;
    }
  }
  await life?.stop();
}

describe('an assembler', () => {
  it('lands each chunk once, and settles only what is landed or given up, through everything', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async (given) => {
        const untrue: string[] = [];
        let rig: LanderRig | undefined;
        await using opened = await LanderRig.open({
          partitions: PARTITIONS,
          onSettled: (_, __, partition, next) => void untrue.push(...lies(rig as LanderRig, partition, next)),
        });
        rig = opened;
        breakStore(rig, given.faults);
        const { frames, whole } = mixed(given);
        await rig.send(...frames);
        await liveThrough(rig, given);
        const last = await rig.live({ incompleteMs: INCOMPLETE_MS, batchBytesMax: 900 });
        const names = new Set(whole.map(({ claim }) => claim.chunk.object));
        const landedNames = () => new Set(opened.landings().map(({ chunk }) => chunk.object));
        await until(() => [...names].every((name) => landedNames().has(name)), 'landing');
        await until(() => {
          opened.clock.now += INCOMPLETE_MS;
          return opened.isSettled(PARTITIONS);
        }, 'settling');
        await last.stop();
        expect(untrue).toEqual([]);
        expect(new Set(rig.store.objects.keys())).toEqual(names);
        expect(landedNames()).toEqual(names);
        for (const [name, { bytes, info }] of rig.store.objects) {
          const encodings = whole.filter(({ claim }) => claim.chunk.object === name);
          expect(encodings.some(({ content }) => Buffer.from(content).equals(bytes))).toBe(true);
          for (const { chunk, stored } of rig.landings().filter((one) => one.chunk.object === name)) {
            expect(stored).toEqual({ generation: info.generation, bytesStored: info.bytes, crc32c: info.crc32c });
            expect(chunk.object).toBe(name);
          }
        }
        expect(last.assembler.counters).toMatchObject({ attemptsOpen: 0, bytesHeld: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('stays under its cap, loses nothing silently, and never stands still', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCase, fc.integer({ min: 2600, max: 5000 }), async (given, capBytes) => {
        await using rig = await LanderRig.open({ partitions: PARTITIONS });
        breakStore(rig, given.faults);
        const { frames } = mixed(given);
        await rig.send(...frames);
        const { assembler, stop } = await rig.live({ capBytes, attemptsMax: 3, landingsAtOnce: 1 });
        const { counters } = assembler;
        let most = 0;
        await until(() => {
          most = Math.max(most, counters.bytesHeld);
          if (counters.attemptsOpen > 0 && counters.bytesHeld < 400) rig.clock.now += 1;
          else rig.clock.now += INCOMPLETE_MS / 100;
          return rig.isSettled(PARTITIONS);
        }, 'settling');
        await stop();
        expect(most).toBeLessThanOrEqual(capBytes);
        const landed = new Set<string>(rig.landings().map(({ chunk }) => chunk.chunkId));
        const told = new Set(rig.deadLetters().map(({ chunkId }) => chunkId as string));
        for (const { key } of frames) expect(landed.has(key) || told.has(key)).toBe(true);
        expect(counters).toMatchObject({ attemptsOpen: 0, bytesHeld: 0, landed: rig.landings().length });
      }),
      { numRuns: 40 },
    );
  });
});

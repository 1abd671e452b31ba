import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import type { Frame } from '@pitlane/contracts/frame';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptFiles, emptyFolder } from './attempt-files.ts';
import { GROUP, LANE, LanderRig, travelling, until } from './lander.fixture.ts';

const INCOMPLETE_MS = 600_000;
const away = () => new PitlaneError('unavailable', 'the store is away', { retryable: true });

let rig: LanderRig;

beforeEach(async () => {
  rig = await LanderRig.open();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rig[Symbol.asyncDispose]();
});

const settled = () => until(() => rig.isSettled(), 'everything settled');

/** A latch that a test opens. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Every put waits until the test lets it go on. */
function holdPuts() {
  const { opened, open } = gate();
  const put = rig.store.put.bind(rig.store);
  const held = { puts: 0, open };
  rig.store.put = async (...args) => {
    held.puts += 1;
    await opened;
    return put(...args);
  };
  return held;
}

describe('a lander in trouble', () => {
  it('keeps trying while the store is away, holds back the log at its cap, and gives nothing up meanwhile', async () => {
    const put = rig.store.put.bind(rig.store);
    let tries = 0;
    rig.store.put = async () => Promise.reject((tries++, away()));
    const chunks = Array.from({ length: 6 }, (_, number) => travelling(`chunk ${number}`, 1));
    for (const { frames } of chunks) await rig.send(...frames.slice(0, 2));
    for (const { frames } of chunks) await rig.send(...frames.slice(2));
    const { assembler } = await rig.live({ capBytes: 9000, incompleteMs: INCOMPLETE_MS, landingsAtOnce: 2 });
    await until(() => tries > 20 && assembler.counters.partitionsPaused > 0, 'tries');
    for (let hours = 0; hours < 10; hours += 1) {
      rig.clock.now += 3_600_000;
      const before = tries;
      await until(() => tries > before + 5, 'more tries');
    }
    expect(assembler.counters.bytesHeld).toBeLessThanOrEqual(9000);
    expect(rig.deadLetters()).toEqual([]);
    rig.store.put = put;
    await settled();
    expect(rig.landings().length).toBe(6);
    expect(rig.answers()).toEqual([]);
    expect(rig.telemetry.events.filter(({ event }) => event === 'work.delayed').length).toBeLessThanOrEqual(6);
  });

  it('settles nothing before landing and answer are published', async () => {
    const publish = rig.log.publish.bind(rig.log);
    let tries = 0;
    rig.log.publish = async () => Promise.reject((tries++, away()));
    const { frames } = travelling('bad', 1);
    await rig.send(...travelling('a', 1).frames, frames[0] as Frame, frames[2] as Frame);
    await rig.live();
    await until(() => tries > 20 && rig.store.objects.size === 1, 'tries');
    expect([0, 1, 2, 3].map((partition) => rig.frames.settledOffset(LANE, GROUP, partition))).toEqual([0n, 0n, 0n, 0n]);
    rig.log.publish = publish;
    await settled();
    expect([rig.landings().length, rig.answers().length, rig.deadLetters().length]).toEqual([1, 1, 1]);
  });

  it('waits while its disk is full, says so once, and goes on with the same bytes', async () => {
    const append = AttemptFiles.prototype.append;
    let isFull = true;
    let tries = 0;
    vi.spyOn(AttemptFiles.prototype, 'append').mockImplementation(async function (this: AttemptFiles, body) {
      if (isFull && this.bytes > 0) throw new PitlaneError('disk-full', `full ${tries++}`, { retryable: true });
      return append.call(this, body);
    });
    const { claim, content, frames } = travelling('a', 1);
    await rig.send(...frames);
    await rig.live();
    await until(() => tries > 20, 'tries');
    expect(rig.deadLetters()).toEqual([]);
    isFull = false;
    await settled();
    expect(Buffer.from(await rig.store.read(claim.chunk.object)).equals(content)).toBe(true);
    expect(rig.telemetry.events.map(({ event }) => event)).toEqual(['assembly.stalled']);
  });

  it('ends with an error that does not pass by itself, and lands the same frames when it is run again', async () => {
    const put = rig.store.put.bind(rig.store);
    rig.store.put = async () => Promise.reject(new PitlaneError('refused', 'no right to write'));
    await rig.send(...travelling('a', 1).frames);
    const { ended } = await rig.live();
    await expect(ended).rejects.toThrow('no right to write');
    expect(rig.deadLetters()).toEqual([]);
    rig.store.put = put;
    await rig.live();
    await settled();
    expect(rig.landings().length).toBe(1);
  });
});

describe('the end of a run', () => {
  it('finishes the landings that are under way and settles them; what is not whole comes again', async () => {
    const held = holdPuts();
    const half = travelling('half', 1);
    await rig.send(...travelling('a', 1).frames);
    const first = await rig.live();
    await until(() => held.puts === 1, 'put begun');
    await rig.send(half.frames[0] as Frame);
    await until(() => first.assembler.counters.attemptsOpen === 1, 'half a chunk');
    const stopped = first.stop();
    held.open();
    await stopped;
    expect(rig.landings().length).toBe(1);
    expect(first.assembler.counters).toMatchObject({ attemptsOpen: 0, bytesHeld: 0 });
    const second = await rig.live();
    await rig.send(...half.frames.slice(1));
    await settled();
    expect(rig.landings().length).toBe(2);
    expect(second.assembler.counters).toMatchObject({ landed: 1, strays: 0, givenUp: 0 });
  });

  it('does not wait for a store that is away', async () => {
    let tries = 0;
    rig.store.put = async () => Promise.reject((tries++, away()));
    await rig.send(...travelling('a', 1).frames);
    const { stop } = await rig.live();
    await until(() => tries > 3, 'tries');
    await stop();
    expect(rig.isSettled()).toBe(false);
  });

  it('leaves files behind that the next one removes, and nothing else', async () => {
    const folder = join(rig.base, 'lane');
    await emptyFolder(folder);
    for (const name of ['0.claim', '17.object', 'notes.txt']) await writeFile(join(folder, name), 'x');
    await emptyFolder(folder);
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  it('passes over the rest of an attempt whose beginning was settled by another lander', async () => {
    const [one, two] = [travelling('a', 1), travelling('a', 2)];
    const late = one.frames.at(-1) as Frame;
    await rig.send(...one.frames.slice(0, -1));
    const first = await rig.live({ incompleteMs: INCOMPLETE_MS });
    await until(() => first.assembler.counters.bytesAssembled === 400 * (one.frames.length - 1), 'frames taken');
    rig.clock.now += INCOMPLETE_MS;
    await settled();
    await first.stop();
    const second = await rig.live();
    await rig.send(late, ...two.frames);
    await settled();
    expect(second.assembler.counters).toMatchObject({ strays: 1, landed: 1, givenUp: 0 });
    expect(rig.deadLetters().length).toBe(1);
  });
});

describe('a partition that goes away', () => {
  it('takes with it what is not whole, and gets it all again', async () => {
    const { frames, content, claim } = travelling('a', 1);
    await rig.send(...frames.slice(0, 2));
    const { assembler } = await rig.live();
    await until(() => assembler.counters.bytesAssembled === 800, 'half a chunk');
    rig.frames.rebalance(LANE, GROUP);
    await until(() => assembler.counters.bytesAssembled === 1600, 'the same half again');
    await rig.send(...frames.slice(2));
    await settled();
    expect(Buffer.from(await rig.store.read(claim.chunk.object)).equals(content)).toBe(true);
    await until(() => assembler.counters.bytesHeld === 0, 'files gone');
    expect(assembler.counters).toMatchObject({ attemptsOpen: 0, landed: 1, duplicates: 0 });
  });

  it('is not settled by a landing from before, and does not lose the chunk behind it', async () => {
    const held = holdPuts();
    await rig.send(...travelling('a', 1).frames);
    const { assembler } = await rig.live();
    await until(() => held.puts === 1, 'put begun');
    rig.frames.rebalance(LANE, GROUP);
    await until(() => held.puts === 2, 'the same put again');
    expect(rig.isSettled()).toBe(false);
    held.open();
    await settled();
    expect(rig.store.objects.size).toBe(1);
    await until(() => assembler.counters.bytesHeld === 0, 'files gone');
    expect(assembler.counters.landed).toBe(2);
  });

  it('is shared with another lander of the group without losing or doubling an object', async () => {
    const chunks = Array.from({ length: 12 }, (_, number) => travelling(`chunk ${number}`, 1));
    for (const { frames } of chunks) await rig.send(...frames.slice(0, 2));
    const first = await rig.live();
    await until(() => first.assembler.counters.attemptsOpen === 12, 'half of all');
    const second = await rig.live();
    for (const { frames } of chunks) await rig.send(...frames.slice(2));
    await settled();
    expect(rig.store.objects.size).toBe(12);
    expect(first.assembler.counters.landed + second.assembler.counters.landed).toBe(12);
    expect(second.assembler.counters.landed).toBeGreaterThan(0);
    expect(rig.deadLetters()).toEqual([]);
  });
});

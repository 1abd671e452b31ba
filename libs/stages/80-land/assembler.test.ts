import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { claimBytesFrom, type Frame } from '@pitlane/contracts/frame';
import { type ChunkId, sha256Of } from '@pitlane/contracts/identity';
import { FRAME_PLACE, ObjectMetadata } from '@pitlane/contracts/object-layout';
import { CLAIM_RECORD_BYTES_MAX } from '@pitlane/contracts/records';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { AttemptFiles } from './attempt-files.ts';
import { framesFrom, LANE, LanderRig, travelling, until, withHead } from './lander.fixture.ts';

const YEARS_MS = 10 * 365 * 86_400_000;
const INCOMPLETE_MS = 600_000;

let rig: LanderRig;

beforeEach(async () => {
  rig = await LanderRig.open();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rig[Symbol.asyncDispose]();
});

const settled = () => until(() => rig.isSettled(), 'everything settled');

describe('assembling a chunk', () => {
  it('creates its object with what it is, and publishes what the store says', async () => {
    const { claim, content, frames } = travelling('a', 1);
    expect(frames.length).toBeGreaterThan(3);
    await rig.send(...frames);
    const { stop, assembler } = await rig.live();
    await settled();
    await stop();
    const { object, chunkId, sha256 } = claim.chunk;
    const info = await rig.store.stat(object);
    expect(Buffer.from(await rig.store.read(object)).equals(content)).toBe(true);
    expect(info?.metadata).toEqual({
      [ObjectMetadata.chunkId]: chunkId,
      [ObjectMetadata.sha256]: sha256,
      [FRAME_PLACE]: expect.stringMatching(/^pitlane\.frames\.\w+\.v1\/\d+\/\d+-\d+$/),
    });
    const stored = { generation: info?.generation, bytesStored: info?.bytes, crc32c: info?.crc32c };
    expect(rig.landings()).toEqual([{ ...claim, stored }]);
    expect(rig.answers()).toEqual([]);
    expect(rig.deadLetters()).toEqual([]);
    expect(await readdir(join(rig.base, '0'))).toEqual([]);
    const bytesAssembled = claimBytesFrom(claim).byteLength + content.byteLength;
    const zero = {
      attemptsOpen: 0,
      bytesHeld: 0,
      partitionsPaused: 0,
      givenUp: 0,
      resent: 0,
      duplicates: 0,
      strays: 0,
    };
    expect(assembler.counters).toEqual({ ...zero, bytesAssembled, landed: 1 });
  });

  it('lands an object of no bytes', async () => {
    const { claim, frames } = travelling('empty', 1, 0);
    await rig.send(...frames);
    await rig.live();
    await settled();
    expect((await rig.store.stat(claim.chunk.object))?.bytes).toBe(0);
  });

  it('passes over frames that come again, before and after it has landed', async () => {
    const { frames } = travelling('a', 1);
    await rig.send(frames[0] as Frame, frames[0] as Frame, ...frames, frames[2] as Frame);
    const { assembler } = await rig.live();
    await settled();
    await rig.send(...frames);
    await settled();
    expect(rig.landings().length).toBe(1);
    expect(assembler.counters.duplicates).toBe(3 + frames.length);
  });

  it('never mixes two attempts, and takes the object of the other one as landed', async () => {
    const [one, two] = [travelling('a', 1), travelling('a', 2, 1300)];
    const longest = Math.max(one.frames.length, two.frames.length);
    for (let index = 0; index < longest; index += 1) {
      await rig.send(...[one.frames[index], two.frames[index]].filter((frame) => frame !== undefined));
    }
    await rig.live({ landingsAtOnce: 1 });
    await settled();
    const [object] = [...rig.store.objects.values()];
    expect(Buffer.from(object?.bytes ?? []).equals(one.content)).toBe(true);
    expect(rig.landings().map(({ chunk, stored }) => [chunk.bytesStored, stored.bytesStored])).toEqual([
      [1000, 1000],
      [1300, 1000],
    ]);
    expect(rig.deadLetters()).toEqual([]);
  });

  it('leaves the telling of a claim that no record takes to the manifest', async () => {
    const content = new Uint8Array(9);
    const { drive, chunk } = claimOf(content);
    const wordy = { drive, chunk: { ...chunk, group: 'x'.repeat(CLAIM_RECORD_BYTES_MAX) } };
    await rig.send(...framesFrom(claimBytesFrom(wordy), content, chunk.chunkId, 1, 100_000));
    const { assembler } = await rig.live();
    await settled();
    expect((await rig.store.stat(chunk.object))?.bytes).toBe(9);
    expect(rig.landings()).toEqual([]);
    expect(assembler.counters.landed).toBe(1);
  });

  it('gives a store on this machine a file that was synced', async () => {
    const sync = vi.spyOn(AttemptFiles.prototype, 'sync');
    await rig.send(...travelling('a', 1).frames);
    await rig.live();
    await settled();
    expect(sync).not.toHaveBeenCalled();
    Object.assign(rig.store.traits, { localDevice: 1 });
    await rig.send(...travelling('b', 1).frames);
    await settled();
    expect(sync).toHaveBeenCalledTimes(1);
  });
});

describe('an attempt that cannot become whole', () => {
  const { claim, frames } = travelling('bad', 1);
  const at = (index: number): Frame => frames[index] as Frame;
  const spoilt = (frame: Frame): Frame => ({ ...frame, body: frame.body.map((byte) => byte ^ 1) });

  it.each<[string, Frame[], string]>([
    ['misses a frame', [at(0), at(2), at(3)], 'frame 1 of'],
    ['has a frame that was spoilt', [at(0), spoilt(at(1)), at(2)], 'wrong CRC-32C'],
    ['changes its head', [at(0), withHead(at(1), { totalBytes: 1800 }), at(2)], 'other sizes'],
    ['has too few bytes', [at(0), withHead({ ...at(0), body: at(0).body }, { index: 1 }), ...frames.slice(2)], 'bytes'],
  ])('is given up when it %s: the garage sends it again, and that lands', async (_, sent, reason) => {
    const tooFew = reason === 'bytes';
    const list = tooFew ? frames.map((frame) => withHead(frame, { totalBytes: 1800, count: frames.length })) : sent;
    await rig.send(...list);
    const { assembler } = await rig.live();
    await settled();
    const [letter] = rig.deadLetters();
    const { chunkId } = claim.chunk;
    expect(letter).toMatchObject({
      lane: LANE,
      chunkId,
      attempt: '0000000000000001',
      isResent: true,
      firstOffset: '0',
    });
    expect(letter?.reason).toContain(reason);
    expect(letter?.partition).toBe(rig.frames.partitionOf(chunkId));
    expect(rig.answers()).toMatchObject([{ type: 'resend', dockId: '', manifestSha256: null }]);
    expect(assembler.counters).toMatchObject({ givenUp: 1, resent: 1, landed: 0, bytesHeld: 0, attemptsOpen: 0 });
    await rig.send(...travelling('bad', 2).frames);
    await settled();
    expect(rig.landings().length).toBe(1);
    expect(rig.deadLetters().length).toBe(1);
  });

  it('is given up after its time, and named by its object as soon as the claim has come', async () => {
    const [thin, thick] = [travelling('thin', 1), travelling('thick', 1)];
    await rig.send(thin.frames[0] as Frame, ...thick.frames.slice(0, -1));
    const { assembler } = await rig.live({ incompleteMs: INCOMPLETE_MS });
    await until(() => assembler.counters.bytesAssembled === 400 * thick.frames.length, 'frames taken');
    rig.clock.now += INCOMPLETE_MS - 1;
    await rig.send(...travelling('whole', 1).frames);
    await until(() => rig.landings().length === 1, 'landing');
    expect(rig.answers()).toEqual([]);
    rig.clock.now += 1;
    await settled();
    const byAge = rig.answers().map(({ driveId, objects, reason }) => ({ driveId, objects, reason }));
    const reason = 'its next frame did not come within 600000 ms';
    expect(byAge).toHaveLength(2);
    expect(byAge).toContainEqual({ driveId: '', objects: [thin.claim.chunk.chunkId], reason });
    const { driveId } = thick.claim.drive;
    expect(byAge).toContainEqual({ driveId, objects: [thick.claim.chunk.object], reason });
    await rig.send(thin.frames[1] as Frame);
    await settled();
    expect(assembler.counters).toMatchObject({ strays: 1, givenUp: 2, resent: 2, attemptsOpen: 0, bytesHeld: 0 });
  });

  it.each([-YEARS_MS, YEARS_MS])('is given up no sooner and no later when the clock is set by %i ms', async (setMs) => {
    const sent = travelling('a', 1).frames.slice(0, -1);
    await rig.send(...sent);
    const { assembler } = await rig.live({ incompleteMs: INCOMPLETE_MS });
    await until(() => assembler.counters.bytesAssembled === 400 * sent.length, 'frames taken');
    rig.clock.aheadMs = setMs;
    rig.clock.now += INCOMPLETE_MS - 1;
    await rig.send(...travelling('whole', 1).frames);
    await until(() => rig.landings().length === 1, 'landing');
    expect(rig.answers()).toEqual([]);
    rig.clock.now += 1;
    await settled();
    expect(rig.answers().length).toBe(1);
    expect(rig.deadLetters()).toMatchObject([{ setAsideAtMs: rig.clock.now + setMs }]);
  });

  it('is not missed when another attempt of the chunk has landed', async () => {
    await rig.send(...travelling('a', 1).frames.slice(0, 2), ...travelling('a', 2).frames);
    await rig.live({ incompleteMs: INCOMPLETE_MS });
    await until(() => rig.landings().length === 1, 'landing');
    rig.clock.now += INCOMPLETE_MS;
    await settled();
    expect(rig.answers()).toEqual([]);
    expect(rig.deadLetters()).toEqual([]);
  });

  it('is set aside without asking for it again when its claim is no claim', async () => {
    const other = travelling('other', 1);
    const { chunkId } = claim.chunk;
    const foreign = framesFrom(claimBytesFrom(other.claim), other.content, chunkId, 2);
    const nonsense = framesFrom(new Uint8Array(50), new Uint8Array(10), sha256Of('x') as string as ChunkId, 3);
    await rig.send(...foreign, ...nonsense);
    await rig.live();
    await settled();
    const reasons = rig.deadLetters().map(({ reason, isResent }) => `${isResent}: ${reason}`);
    expect(reasons).toHaveLength(2);
    expect(reasons.filter((text) => /^false: .*(another chunk|not JSON)/.test(text))).toHaveLength(2);
    expect(rig.answers()).toEqual([]);
    expect(rig.store.objects.size).toBe(0);
  });

  it('is asked for again when its bytes are not those of its claim, or the store refuses them', async () => {
    const { content } = travelling('bad', 1);
    const lying = content.map((byte) => byte ^ 1);
    await rig.send(...framesFrom(claimBytesFrom(claim), lying, claim.chunk.chunkId, 2));
    await rig.live();
    await settled();
    expect(rig.answers()[0]?.reason).toContain('other bytes');
    expect(rig.answers()[0]?.objects).toEqual([claim.chunk.object]);
    rig.store.put = async () => Promise.reject(new PitlaneError('checksum-mismatch', 'the store read other bytes'));
    await rig.send(...frames);
    await settled();
    expect(rig.answers()[1]?.reason).toContain('the store read other bytes');
    expect(rig.landings()).toEqual([]);
  });

  it('is set aside when it is larger than the cap', async () => {
    await rig.send(...frames);
    const { assembler } = await rig.live({ capBytes: 1000 });
    await settled();
    expect(rig.deadLetters().map(({ reason }) => reason.includes('raise the cap'))).toEqual([true]);
    expect(rig.answers()).toEqual([]);
    expect(assembler.counters.strays).toBe(frames.length - 1);
  });

  it('never holds up its partition with frames that nobody can read, however many', async () => {
    const hostile = ['', '{}', 'null', '{"version":2}', '['.repeat(5000)].map((head) => ({ ...at(0), head }));
    const nameless = { key: '../../x', head: '{}', body: new Uint8Array(1) };
    await rig.send(...hostile, ...hostile, nameless, ...travelling('a', 1).frames);
    const { assembler } = await rig.live();
    await settled();
    expect(rig.landings().length).toBe(1);
    expect(rig.deadLetters().map(({ chunkId }) => chunkId)).toHaveLength(2);
    expect(new Set(rig.deadLetters().map(({ chunkId }) => chunkId))).toEqual(new Set([claim.chunk.chunkId, null]));
    expect(rig.answers()).toEqual([]);
    expect(assembler.counters).toMatchObject({ givenUp: 2, strays: 9 });
  });
});

describe('an object that is there already', () => {
  const { claim, frames } = travelling('a', 1);
  const { object, chunkId } = claim.chunk;
  const encoding = Buffer.from('another encoding of it');
  const metadata = { [ObjectMetadata.chunkId]: chunkId, [ObjectMetadata.sha256]: sha256Of(encoding) };

  it('is taken, in another encoding, with what the store says', async () => {
    const info = rig.store.replace(object, encoding, metadata);
    await rig.send(...frames);
    await rig.live();
    await settled();
    const stored = { generation: info.generation, bytesStored: info.bytes, crc32c: info.crc32c };
    expect(rig.landings().map((landing) => landing.stored)).toEqual([stored]);
  });

  it.each([
    ['is another chunk', { ...metadata, [ObjectMetadata.chunkId]: 'f'.repeat(64) }],
    ['is spoilt', { ...metadata, [ObjectMetadata.sha256]: 'f'.repeat(64) }],
    ['does not say what it is', {}],
  ])('is left as it is, and the chunk set aside, when it %s', async (_, other) => {
    rig.store.replace(object, encoding, other);
    await rig.send(...frames);
    await rig.live();
    await settled();
    expect(rig.landings()).toEqual([]);
    expect(rig.answers()).toEqual([]);
    expect(rig.deadLetters()).toMatchObject([{ object, isResent: false }]);
    expect(Buffer.from(await rig.store.read(object)).equals(encoding)).toBe(true);
  });
});

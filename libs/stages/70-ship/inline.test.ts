import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { silentLog } from '@pitlane/base/telemetry';
import { claimBytesFrom, claimFromBytes, FRAME_BYTES_MAX, type Frame, headOfFrame } from '@pitlane/contracts/frame';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { LogTopic } from '@pitlane/contracts/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryFrameLog } from '../../../test/support/memory-frame-log.ts';
import { crc32cText, MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { shipInline, shipperByLane } from './index.ts';

const attempt = '0123456789abcdef';
let folder: string;
let path: string;
let frames: MemoryFrameLog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-inline-'));
  path = join(folder, 'sealed');
  frames = new MemoryFrameLog({ partitions: 1 });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const sent = (lane: 'urgent' | 'normal' | 'bulk' = 'normal'): readonly Frame[] => frames.framesOf(lane, 0);
const streamOf = (list: readonly Frame[]): Buffer => Buffer.concat(list.map(({ body }) => body));

/** Bytes that differ from frame to frame. */
const contentOf = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + at / 1024) & 255);

describe('shipping a chunk inline', () => {
  it('sends one frame for a thin chunk, byte for byte as ever', async () => {
    const claim = claimOf(contentOf(5));
    await writeFile(path, contentOf(5));
    await shipInline(claim, path, { frames, lane: 'urgent', attempt });
    const claimBytes = claimBytesFrom(claim);
    const body = Buffer.concat([claimBytes, contentOf(5)]);
    const head =
      `{"attempt":"${attempt}","chunkId":"${claim.chunk.chunkId}","claimBytes":${claimBytes.byteLength},"count":1,` +
      `"crc32c":"${crc32cText(body)}","index":0,"totalBytes":${body.byteLength},"version":1}`;
    expect(sent('urgent').map(({ key, head: text }) => ({ key, text }))).toEqual([
      { key: claim.chunk.chunkId, text: head },
    ]);
    expect(streamOf(sent('urgent')).equals(body)).toBe(true);
  });

  it.each([
    ['no byte over full frames', 0],
    ['one byte over', 1],
    ['one byte under', -1],
  ])('cuts a thick chunk into whole frames, in order: %s', async (_, extra) => {
    const probe = claimBytesFrom(claimOf(new Uint8Array(6 * FRAME_BYTES_MAX))).byteLength;
    const content = contentOf(6 * FRAME_BYTES_MAX - probe + extra);
    const claim = claimOf(content);
    await writeFile(path, content);
    const publishes: number[] = [];
    const publish = frames.publish.bind(frames);
    frames.publish = (lane, batch, signal) => {
      publishes.push(batch.length);
      return publish(lane, batch, signal);
    };
    await shipInline(claim, path, { frames, lane: 'normal', attempt });
    const heads = sent().map((frame) => headOfFrame(frame, 'x'));
    const count = extra > 0 ? 7 : 6;
    expect(heads.map(({ index, count: all }) => [index, all])).toEqual(heads.map((__, at) => [at, count]));
    expect(heads.length).toBe(count);
    expect(sent().every(({ body }, at) => heads[at]?.crc32c === crc32cText(body))).toBe(true);
    const stream = streamOf(sent());
    expect(claimFromBytes(stream.subarray(0, heads[0]?.claimBytes), 'x')).toEqual(claim);
    expect(stream.subarray(heads[0]?.claimBytes).equals(content)).toBe(true);
    expect(Math.max(...publishes)).toBeLessThanOrEqual(4);
  });

  it('carries a claim of megabytes', async () => {
    const { drive, chunk } = claimOf(contentOf(9));
    const channel = { topic: '/x', messages: 1, bytes: 1, startTime: '0', endTime: '0', leaf: chunk.sha256 };
    const channels = Array.from({ length: 16_000 }, (_, number) => ({ ...channel, channel: number }));
    const claim = { drive, chunk: { ...chunk, channels } };
    await writeFile(path, contentOf(9));
    await shipInline(claim, path, { frames, lane: 'normal', attempt });
    expect(sent().length).toBeGreaterThan(2);
    const { claimBytes } = headOfFrame(sent()[0] as Frame, 'x');
    expect(claimFromBytes(streamOf(sent()).subarray(0, claimBytes), 'x')).toEqual(claim);
  });

  it('never sends the last frame of a file that is not what was sealed', async () => {
    const content = contentOf(2 * FRAME_BYTES_MAX);
    const claim = claimOf(content);
    const spoiltBytes = content.slice();
    spoiltBytes[7] = 255 - (spoiltBytes[7] ?? 0);
    await writeFile(path, spoiltBytes);
    const refused = (error: unknown) => isPitlaneError(error, 'checksum-mismatch') && error.message.includes(path);
    await expect(shipInline(claim, path, { frames, lane: 'normal', attempt })).rejects.toSatisfy(refused);
    expect(sent()).toEqual([]);
    await writeFile(path, content);
    await truncate(path, 100);
    await expect(shipInline(claim, path, { frames, lane: 'normal', attempt })).rejects.toSatisfy(refused);
    await expect(shipInline(claim, join(folder, 'none'), { frames, lane: 'normal', attempt })).rejects.toSatisfy(
      (error) => isPitlaneError(error, 'not-found'),
    );
    expect(sent()).toEqual([]);
  });

  it('ends when the log is away or the signal aborts, before the last frame', async () => {
    const content = contentOf(10 * FRAME_BYTES_MAX);
    await writeFile(path, content);
    const stop = new AbortController();
    const publish = frames.publish.bind(frames);
    frames.publish = async (lane, batch, signal) => {
      await publish(lane, batch, signal);
      stop.abort(new Error('stopped'));
    };
    const shipped = shipInline(claimOf(content), path, { frames, lane: 'normal', attempt, signal: stop.signal });
    await expect(shipped).rejects.toThrow('stopped');
    expect(sent().length).toBe(4);
  });
});

describe('shipping by lane', () => {
  const transports = { urgent: 'inline', normal: 'inline', bulk: 'claim-check' } as const;
  const { signal } = new AbortController();
  const telemetry = silentLog;

  function shipper() {
    const store = new MemoryObjectStore();
    const log = new ListedMessages();
    const waits: number[] = [];
    let attempts = 0;
    const ship = shipperByLane({
      transports,
      store,
      log,
      frames,
      newAttempt: () => String(attempts++).padStart(16, '0'),
      patience: { wait: async (waitMs) => void waits.push(waitMs), random: () => 1, telemetry },
    });
    return { ship, store, log, waits };
  }

  const attemptsSent = (): string[] => sent('urgent').map((frame) => headOfFrame(frame, 'x').attempt);

  it('takes the way that is set for the lane, each time with a new attempt', async () => {
    const content = contentOf(9);
    const claim = claimOf(content);
    await writeFile(path, content);
    const { ship, store, log } = shipper();
    for (const id of ['0'.repeat(16), `${'0'.repeat(15)}1`]) {
      expect(await ship(claim, path, { lane: 'urgent', signal })).toEqual({ via: 'inline', attempt: id, known: false });
    }
    for (const known of [false, true]) {
      expect(await ship(claim, path, { lane: 'bulk', signal })).toEqual({ via: 'claim-check', known });
    }
    expect(attemptsSent()).toEqual(['0'.repeat(16), `${'0'.repeat(15)}1`]);
    expect(sent('bulk')).toEqual([]);
    expect(log.on(LogTopic.chunks)).toEqual([claim, claim]);
    expect(store.objects.size).toBe(1);
  });

  it('waits for brokers that are away, and begins a new attempt then', async () => {
    const content = contentOf(2 * FRAME_BYTES_MAX * 4);
    const claim = claimOf(content);
    await writeFile(path, content);
    const publish = frames.publish.bind(frames);
    let calls = 0;
    frames.publish = async (...args) => {
      calls += 1;
      if (calls === 2 || calls === 3) throw new PitlaneError('unavailable', 'away', { retryable: true });
      await publish(...args);
    };
    const { ship, waits } = shipper();
    expect(await ship(claim, path, { lane: 'urgent', signal })).toMatchObject({
      via: 'inline',
      attempt: `${'0'.repeat(15)}2`,
    });
    expect(waits).toEqual([100, 200]);
    expect(new Set(attemptsSent())).toEqual(new Set(['0'.repeat(16), `${'0'.repeat(15)}2`]));
  });

  it('sends nothing again that the store has', async () => {
    const content = contentOf(9);
    const claim = claimOf(content);
    await writeFile(path, content);
    const { ship, store } = shipper();
    expect((await ship(claim, path, { lane: 'urgent', signal, again: true })).via).toBe('inline');
    store.replace(claim.chunk.object, content, { [ObjectMetadata.chunkId]: claim.chunk.chunkId });
    expect(await ship(claim, path, { lane: 'urgent', signal, again: true })).toEqual({ via: 'stored', known: true });
    expect(attemptsSent().length).toBe(1);
  });

  it('takes the claim check for a claim that no landing could repeat', async () => {
    const { drive, chunk } = claimOf(contentOf(9));
    const channel = { topic: '/x', messages: 1, bytes: 1, startTime: '0', endTime: '0', leaf: chunk.sha256 };
    const channels = Array.from({ length: 16_000 }, (_, number) => ({ ...channel, channel: number }));
    const { ship, store } = shipper();
    await writeFile(path, contentOf(9));
    const shipped = await ship({ drive, chunk: { ...chunk, channels } }, path, { lane: 'urgent', signal });
    expect(shipped.via).toBe('claim-check');
    expect(store.objects.size).toBe(1);
    expect(attemptsSent()).toEqual([]);
  });

  it('refuses frames where there is nothing to carry them', () => {
    const tools = { transports, store: new MemoryObjectStore(), log: new ListedMessages(), newAttempt: () => '' };
    const patience = { wait: async () => {}, random: () => 0, telemetry };
    expect(() => shipperByLane({ ...tools, patience, frames: undefined })).toThrow(/urgent lane .*PITLANE_MESSAGE_LOG/);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { McapWriter } from '@mcap/core';
import { describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses, linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { mcap } from './index.ts';

const CRATE = new URL('../../../../shared/data/mcap/crate-uncompressed.mcap', import.meta.url);
const cratePath = process.env['PITLANE_TEST_DATA']
  ? `${process.env['PITLANE_TEST_DATA']}/mcap/crate-uncompressed.mcap`
  : CRATE.pathname;

/** Numbers below a limit, in an order that the seed fixes. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % limit;
  };
}

interface Kind {
  readonly chunks: boolean;
  readonly zstd: boolean;
}

async function smallFile({ chunks, zstd }: Kind, messages = 60): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let position = 0n;
  const writable = {
    write: (buffer: Uint8Array) => {
      parts.push(buffer.slice());
      position += BigInt(buffer.byteLength);
      return Promise.resolve();
    },
    position: () => position,
  };
  const compressChunk = (data: Uint8Array) => ({ compression: 'zstd', compressedData: new Uint8Array(compress(data)) });
  const writer = new McapWriter({ writable, useChunks: chunks, chunkSize: 500, ...(zstd ? { compressChunk } : {}) });
  await writer.start({ profile: '', library: 'test' });
  const schemaId = await writer.registerSchema({ name: 's', encoding: 'jsonschema', data: Uint8Array.of(1, 2, 3) });
  const channelIds: number[] = [];
  for (const topic of ['/a', '/b']) {
    channelIds.push(await writer.registerChannel({ schemaId, topic, messageEncoding: 'json', metadata: new Map() }));
  }
  for (let i = 0; i < messages; i += 1) {
    const data = new Uint8Array(20 + (i % 7)).fill(i);
    const time = BigInt(1_000_000 + i);
    await writer.addMessage({
      channelId: channelIds[i % 2] as number,
      sequence: i,
      logTime: time,
      publishTime: time,
      data,
    });
    if (i === 30) await writer.addMetadata({ name: 'm', metadata: new Map([['k', 'v']]) });
    if (i === 40) {
      await writer.addAttachment({
        name: 'n',
        mediaType: 'text/plain',
        logTime: 1n,
        createTime: 2n,
        data: new Uint8Array(50).fill(9),
      });
    }
  }
  await writer.end();
  return new Uint8Array(Buffer.concat(parts));
}

const KINDS: readonly Kind[] = [
  { chunks: true, zstd: true },
  { chunks: true, zstd: false },
  { chunks: false, zstd: false },
];

describe.each(KINDS)('a file with %o', (kind) => {
  it('gives a prefix of its messages when it is cut, wherever that is', async () => {
    const file = await smallFile(kind);
    const whole = linesOf((await readRecording(mcap, memorySource(file))).messages);
    expect(whole.length).toBe(60);
    let most = 0;
    for (let cut = 8; cut < file.byteLength; cut += 1) {
      const read = await readRecording(mcap, memorySource(file.subarray(0, cut)));
      const lines = linesOf(read.messages);
      expect(lines).toEqual(whole.slice(0, lines.length));
      expect(lines.length).toBeGreaterThanOrEqual(most);
      most = lines.length;
      expect(faultOfLosses(read.losses, cut)).toBeUndefined();
      expect(read.losses.length).toBeLessThanOrEqual(1);
      for (const loss of read.losses) expect([loss.reason, cut]).toEqual(['truncated', cut]);
      expect(read.losses.length + read.notes.length).toBeGreaterThan(0);
    }
    expect(most).toBe(60);
  });

  it('gives only messages that it holds when single bits flip, and every byte is accounted for', async () => {
    const file = await smallFile(kind);
    const whole = linesOf((await readRecording(mcap, memorySource(file))).messages);
    const known = new Set(whole);
    for (let bit = 64; bit < file.byteLength * 8; bit += 7) {
      const flipped = file.slice();
      flipped[bit >>> 3] = (flipped[bit >>> 3] as number) ^ (1 << (bit & 7));
      const read = await readRecording(mcap, memorySource(flipped));
      const where = `bit ${bit & 7} of byte ${bit >>> 3}`;
      expect(faultOfLosses(read.losses, file.byteLength), where).toBeUndefined();
      if (kind.chunks) {
        const strangers = linesOf(read.messages).filter((line) => !known.has(line));
        expect(strangers, where).toEqual([]);
      }
      if (read.messages.length < whole.length) expect(read.losses.length + read.notes.length, where).toBeGreaterThan(0);
      const missing = whole.length - read.messages.length;
      expect(missing, where).toBeLessThanOrEqual(kind.chunks ? 12 : 40);
    }
  }, 120_000);

  it('survives any rubbish written over it', async () => {
    const file = await smallFile(kind, 200);
    const random = randomOf(7);
    for (let round = 0; round < 300; round += 1) {
      const spoilt = file.slice();
      for (let spot = random(6); spot >= 0; spot -= 1) {
        const at = 8 + random(file.byteLength - 8);
        for (let i = 0; i < 1 + random(200) && at + i < file.byteLength; i += 1) spoilt[at + i] = random(256);
      }
      const read = await readRecording(mcap, memorySource(spoilt));
      expect(faultOfLosses(read.losses, file.byteLength)).toBeUndefined();
    }
  });
});

describe('damage to a real recording', () => {
  it.skipIf(!existsSync(cratePath))(
    'gives a prefix at each of 500 cuts',
    async () => {
      const file = new Uint8Array(readFileSync(cratePath));
      const whole = linesOf((await readRecording(mcap, memorySource(file))).messages);
      const random = randomOf(11);
      for (let round = 0; round < 500; round += 1) {
        const cut = 8 + random(file.byteLength - 8);
        const read = await readRecording(mcap, memorySource(file.subarray(0, cut)));
        const lines = linesOf(read.messages);
        expect(crc32(lines.join('\n'))).toBe(crc32(whole.slice(0, lines.length).join('\n')));
        expect(faultOfLosses(read.losses, cut)).toBeUndefined();
        expect(read.losses.length).toBeLessThanOrEqual(1);
      }
    },
    120_000,
  );

  it('loses one chunk of a wrong CRC by its range, topics and times', async () => {
    const file = await smallFile({ chunks: true, zstd: false });
    const whole = await readRecording(mcap, memorySource(file));
    const middle = whole.messages[30] as (typeof whole.messages)[number];
    const spoilt = file.slice();
    spoilt[middle.sourceOffset + 40] = (spoilt[middle.sourceOffset + 40] as number) ^ 1;
    const read = await readRecording(mcap, memorySource(spoilt));
    expect(read.losses).toHaveLength(1);
    const { offset, bytes, ...loss } = read.losses[0] as (typeof read.losses)[number];
    const inside = whole.messages.filter((m) => m.sourceOffset >= offset && m.sourceOffset < offset + bytes);
    expect(loss).toMatchObject({ reason: 'corrupt-chunk', topics: ['/a', '/b'] });
    expect(loss.startTimeNs).toBe(inside[0]?.logTimeNs);
    expect(loss.endTimeNs).toBe(inside.at(-1)?.logTimeNs);
    expect(linesOf(read.messages)).toEqual(linesOf(whole.messages.filter((m) => !inside.includes(m))));
  });
});

/** The promise that no decoder can hurt the node, with decoders that hang and die, at inspection and amid a cut. */
import path from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { channel, chunk, file, join, message } from '../adversarial/mcap-bytes.ts';
import { runCommand } from '../support/command.ts';
import { DamageNode } from './damage-node.ts';

const MIB = 1024 * 1024;
const HANGS_AT_BYTES = 77_771;
const DIES_AT_BYTES = 77_773;
const HOOK = new URL(`./damage-decoders.fixture.mjs?hangs=${HANGS_AT_BYTES}&dies=${DIES_AT_BYTES}`, import.meta.url)
  .href;
const MESSAGE_OVERHEAD_BYTES = 9 + 22;

let damage: DamageNode;

beforeAll(async () => {
  damage = await DamageNode.start({ PITLANE_CHUNKERS: '2', NODE_OPTIONS: `--import=${HOOK}` });
});
afterAll(() => damage[Symbol.asyncDispose]());

/** A chunk that holds so many bytes, in one message. */
function evilChunk(sizeBytes: number): Uint8Array {
  const declared = channel(1);
  const data = new Uint8Array(sizeBytes - declared.byteLength - MESSAGE_OVERHEAD_BYTES).map((_, i) => (i * i) >> 5);
  const body = join(declared, message(1, 0, 5n, data));
  expect(body.byteLength).toBe(sizeBytes);
  const packed = new Uint8Array(compress(body));
  return chunk({ body: packed, compression: 'zstd', uncompressedBytes: BigInt(sizeBytes), crc: 0 });
}

const atOnce = (sizeBytes: number): Uint8Array => file([evilChunk(sizeBytes)]);
/** Behind more than any inspection looks at. */
const later = (sizeBytes: number): Uint8Array => {
  const sound = Array.from({ length: 20 }, (_, i) =>
    chunk({ body: join(channel(1), message(1, i, BigInt(i), new Uint8Array(MIB).fill(i))) }),
  );
  return file([...sound, evilChunk(sizeBytes)]);
};

async function expectLandedWhole(driveId: string, docked: Promise<DriveResult>, bytes: Uint8Array, reason: RegExp) {
  const { recordings, receiptId, loss } = await docked;
  const recording = recordings.find((one) => one.path === 'evil.mcap');
  expect(receiptId).not.toBeNull();
  expect(recording?.opaqueReason).toMatch(reason);
  expect(loss.map((one) => [one.reason, one.bytes])).toEqual([['landed-opaque', bytes.byteLength]]);
  await damage.expectKept(driveId, recording?.recordingId as string, bytes);
}

describe('a node, given a log at which the decoder', () => {
  const hangs = /said nothing for 1 s of computing/;
  const dies = /decoder died/;

  it.each([
    ['hangs as it is inspected', atOnce(HANGS_AT_BYTES), hangs],
    ['hangs as it is cut', later(HANGS_AT_BYTES), hangs],
    ['dies as it is inspected', atOnce(DIES_AT_BYTES), dies],
    ['dies as it is cut', later(DIES_AT_BYTES), dies],
  ])(
    '%s, lands it byte for byte and says why, and a drive beside it whole',
    async (name, bytes, reason) => {
      const driveId = name.replaceAll(' ', '-');
      const folder = await damage.disk({
        'a-note.txt': 'what lies beside it lands too',
        'evil.mcap': bytes,
        'pitlane.drive.json': JSON.stringify({ driveId }),
      });
      const docked = damage.node.dockOne(folder);
      docked.catch(() => {});
      await damage.expectHealthy(bytes.byteLength + reason.source.length);
      await expectLandedWhole(driveId, docked, bytes, reason);
    },
    300_000,
  );

  it('dies ends with the code for loss', async () => {
    const folder = await damage.disk({ 'dies.mcap': atOnce(DIES_AT_BYTES) });
    const ended = await runCommand(['ingest', path.join(folder, 'dies.mcap'), '--home', damage.node.home]);
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stdout).toMatch(/byte for byte/);
  });
});

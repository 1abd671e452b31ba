import { createHash } from 'node:crypto';
import { bytesFromHex, bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import {
  canonicalJson,
  type ChunkIdentity,
  channelDigestFromLeaves,
  chunkIdFrom,
  driveIdFrom,
  LeafHash,
  nameFromText,
  parseChunkId,
  parseDriveId,
  parseRecordingId,
  parseTenant,
  parseVehicleId,
  type RecordingId,
  type RecordingPart,
  recordingIdOfParts,
  type Sha256Hex,
  sha256Of,
} from './index.ts';

interface GivenMessage {
  readonly sequence: number;
  readonly logTime: string;
  readonly publishTime: string;
  readonly dataHex: string;
}

/** A Message record with channel id 0, put together from the words of the MCAP specification. */
function recordOf({ sequence, logTime, publishTime, dataHex }: GivenMessage): Buffer {
  const data = Buffer.from(dataHex, 'hex');
  const record = Buffer.alloc(31 + data.byteLength);
  record.writeUInt8(0x05, 0);
  record.writeBigUInt64LE(BigInt(22 + data.byteLength), 1);
  record.writeUInt16LE(0, 9);
  record.writeUInt32LE(sequence, 11);
  record.writeBigUInt64LE(BigInt(logTime), 15);
  record.writeBigUInt64LE(BigInt(publishTime), 23);
  data.copy(record, 31);
  return record;
}

function leafOf(messages: readonly GivenMessage[]): string {
  const leaf = new LeafHash();
  for (const message of messages) leaf.update(recordOf(message));
  return leaf.digest();
}

describeGolden('identity', {
  file: new URL('./golden/identity.json', import.meta.url),
  raise:
    'raise PLAN_VERSION (libs/contracts/plan) and chunkIdVersion (libs/contracts/identity), or take the change back',
  makers: {
    canonicalJson: (input: unknown) => canonicalJson(input),
    recordingId: (input: { hex: string }) => sha256Of(bytesFromHex(input.hex)),
    recordingIdOfParts: (input: readonly RecordingPart[]) => recordingIdOfParts(input),
    driveId: (input: { vehicleId: string; startTimeNs: string; earliest: string }) =>
      driveIdFrom(input.vehicleId, BigInt(input.startTimeNs), input.earliest as RecordingId),
    nameFromText,
    leaf: leafOf,
    channelDigest: (leaves: Sha256Hex[]) => channelDigestFromLeaves(leaves),
    chunkId: (identity: ChunkIdentity) => chunkIdFrom(identity),
  },
});

describe('canonical JSON', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
    ),
  })).any;

  it('reads back as the value, and is the same whatever the order of keys', () => {
    const reversed = (given: unknown): unknown => {
      if (Array.isArray(given)) return given.map(reversed);
      if (given === null || typeof given !== 'object') return given;
      return Object.fromEntries(
        Object.entries(given)
          .reverse()
          .map(([key, field]) => [key, reversed(field)]),
      );
    };
    fc.assert(
      fc.property(value, (given) => {
        const text = canonicalJson(given);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(given))).toBe(text);
      }),
    );
  });

  it('leaves undefined fields out and takes no float, no bigint and no function', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    for (const wrong of [0.5, Number.NaN, 2 ** 53, 1n, () => 1]) expect(() => canonicalJson([wrong])).toThrow();
  });
});

describe('names that become parts of object names', () => {
  const hostile = ['', '.', '..', '../x', 'a/b', 'a\\b', '-a', '.a', '~a', 'a b', 'a\n', 'ä', 'a\0', 'x'.repeat(129)];
  const parsers = { parseDriveId, parseVehicleId, parseTenant };

  it.each(Object.entries(parsers))('are refused by %s when they could lead elsewhere', (_, parse) => {
    for (const text of hostile) expect(() => parse(text), JSON.stringify(text)).toThrow(/ is no /);
    for (const text of ['a', 'A-1_2.3~4', '7', 'x'.repeat(128)]) expect(parse(text)).toBe(text);
  });

  it('come out of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void parseDriveId(nameFromText(text))),
    );
  });

  it('are not hex digits in another case or number where an id is wanted', () => {
    const id = sha256Of('x');
    expect(parseChunkId(id)).toBe(id);
    for (const wrong of [id.toUpperCase(), id.slice(1), `${id}0`, `${id}\n`]) {
      expect(() => parseChunkId(wrong)).toThrow();
      expect(() => parseRecordingId(wrong)).toThrow();
    }
  });

  it('give a sound drive id for any vehicle and any start', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/);
    fc.assert(
      fc.property(name, fc.bigInt(0n, (1n << 64n) - 1n), (vehicle, startTimeNs) => {
        const id = driveIdFrom(vehicle, startTimeNs, sha256Of(vehicle) as string as RecordingId);
        expect(parseDriveId(id)).toBe(id);
        expect(id).toMatch(/-\d{8}T\d{6}Z-[0-9a-f]{8}$/);
      }),
    );
  });
});

describe('a leaf', () => {
  it('says how it stands without ending, and counts what it hashed', () => {
    const leaf = new LeafHash();
    leaf.update(bytesFromUtf8('ab'));
    expect(leaf.soFar()).toBe(sha256Of('ab'));
    leaf.update(bytesFromUtf8('c'));
    expect(leaf.bytes).toBe(3);
    expect(leaf.digest()).toBe(createHash('sha256').update('abc').digest('hex'));
  });
});

describe('a chunk id', () => {
  const channel = {
    topic: '/a',
    messageEncoding: 'cdr',
    metadata: { k: 'v' },
    schemaName: 'S',
    schemaEncoding: 'ros2msg',
    schemaSha256: sha256Of('schema'),
    twin: 0,
    messages: 2,
    leaf: sha256Of('leaf'),
  };
  const other = { ...channel, topic: '/b' };
  const identity: ChunkIdentity = {
    tenant: 't',
    driveId: parseDriveId('d'),
    planVersion: 1,
    kind: 'log',
    channels: [channel, other],
  };

  it('does not hang on the order of channels', () => {
    expect(chunkIdFrom({ ...identity, channels: [other, channel] })).toBe(chunkIdFrom(identity));
  });

  it('changes with every single thing that is in it', () => {
    const changed: ChunkIdentity[] = [
      { ...identity, tenant: 'u' },
      { ...identity, driveId: parseDriveId('e') },
      { ...identity, planVersion: 2 },
      { ...identity, kind: 'extras' },
      { ...identity, channels: [channel] },
      ...Object.entries({
        topic: '/c',
        messageEncoding: 'json',
        metadata: { k: 'w' },
        schemaName: null,
        schemaEncoding: null,
        schemaSha256: null,
        twin: 1,
        messages: 3,
        leaf: sha256Of('other'),
      }).map(([field, value]) => ({ ...identity, channels: [{ ...channel, [field]: value }, other] })),
    ];
    const ids = [identity, ...changed].map(chunkIdFrom);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

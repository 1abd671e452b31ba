import type { ChunkId, Sha256Hex } from '../identity/index.ts';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import {
  chunkObjectName,
  type DriveAddress,
  drivePrefix,
  framePlaceFrom,
  framePlaceText,
  manifestObjectName,
  ObjectMetadata,
  previewObjectName,
  receiptObjectName,
  receiptObjectsName,
} from './index.ts';

const namesOf = ({ drive, id }: { drive: DriveAddress; id: string }) => ({
  prefix: drivePrefix(drive),
  chunk: chunkObjectName(drive, id as ChunkId),
  manifest: manifestObjectName(drive, id as Sha256Hex),
  preview: previewObjectName(drive, id as Sha256Hex),
  receipt: receiptObjectName(drive, id),
  receiptObjects: receiptObjectsName(drive, id),
});

describeGolden('object names', {
  file: new URL('./golden/object-layout.json', import.meta.url),
  raise: 'raise the v1 at the head of every name (libs/contracts/object-layout), or take the change back',
  makers: { names: namesOf, metadataKeys: () => ObjectMetadata },
});

describe('object names', () => {
  it('all lie below the prefix of their drive, so that an erase is a prefix', () => {
    const drive = { tenant: 't', vehicleId: 'v', driveId: 'd' as DriveAddress['driveId'] };
    const { prefix, ...names } = namesOf({ drive, id: 'x' });
    for (const name of Object.values(names)) expect(name.startsWith(prefix)).toBe(true);
    expect(drivePrefix({ ...drive, driveId: 'd2' as DriveAddress['driveId'] }).startsWith(prefix)).toBe(false);
  });
});

describe('the place of frames', () => {
  it('is one line, and read back', () => {
    const place = { topic: 'pitlane.frames.bulk.v1', partition: 3, firstOffset: 1200n, lastOffset: 2n ** 62n };
    expect(framePlaceText(place)).toBe('pitlane.frames.bulk.v1/3/1200-4611686018427387904');
    expect(framePlaceFrom(framePlaceText(place))).toEqual(place);
  });

  it('is none where something else stands', () => {
    for (const text of [
      undefined,
      '',
      'a/b/c',
      'topic/1/5',
      'topic/1/5-',
      '/1/2-3',
      'topic/1/2-3 ',
      `${'t'.repeat(300)}/1/2-3`,
    ]) {
      expect(framePlaceFrom(text)).toBeUndefined();
    }
  });
});

import { expect, it } from 'vitest';
import { verifyLines } from './verify.ts';

const plain = (text: string): string => text;
const NO_COLOURS = { green: plain, yellow: plain, red: plain };

it('calls a drive ok once it has a receipt, and under way before', () => {
  const sound = { chunks: 2, signedAlone: 0, ok: true, faults: [] };
  const drives = [
    { ...sound, driveId: 'begun', chunks: 0 },
    { ...sound, driveId: 'signed', signedAlone: 1 },
  ];
  const of = [
    { tenant: 'default', driveId: 'begun', chunks: 0, receipts: 0 },
    { tenant: 'default', driveId: 'signed', chunks: 3, receipts: 1 },
  ];
  expect(verifyLines({ drives, of }, NO_COLOURS)).toEqual([
    'under way  begun  0 of 0 chunks looked at  no receipt yet',
    'ok  signed  2 of 3 chunks looked at, and 1 object that only a receipt names',
  ]);
});

it('names each faulty object once, with five of its faults and the number of the others', () => {
  const many = Array.from({ length: 7 }, (_, i) => ({ object: 'v1/a.mcap', fault: `fault ${i}` }));
  const faults = [...many, { object: 'v1/b.mcap', fault: 'it is missing\u001b' }];
  const drives = [{ driveId: 'bad', chunks: 2, signedAlone: 0, ok: false, faults }];
  expect(
    verifyLines({ drives, of: [{ tenant: 'default', driveId: 'bad', chunks: 2, receipts: 1 }] }, NO_COLOURS),
  ).toEqual([
    'FAULTY  bad  2 of 2 chunks looked at',
    '  v1/a.mcap',
    ...[0, 1, 2, 3, 4].map((i) => `    fault ${i}`),
    '    and 2 more',
    '  v1/b.mcap',
    '    it is missing\\u001b',
  ]);
});

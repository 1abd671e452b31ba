import { expect, it } from 'vitest';
import { Exit } from '../exit-codes.ts';
import type { IngestedDrive } from '../node/ingest-paths.ts';
import { exitCodeOfIngest, savedText } from './ingest-report.ts';

it('marks the share of a topic in a shared chunk, and calls no growth a saving', () => {
  const saving = { topic: '/imu', messages: 1, bytesRaw: 1000 };
  expect(savedText({ ...saving, bytesStored: 400, shared: false })).toBe('60 %');
  expect(savedText({ ...saving, bytesStored: 400, shared: true })).toBe('≈ 60 %');
  expect(savedText({ ...saving, bytesStored: 1001, shared: true })).toBe('–');
  expect(savedText({ ...saving, bytesRaw: 0, bytesStored: 0, shared: true })).toBe('');
});

it('calls what was withheld no loss of the ingest, and everything else that is lost one', () => {
  const codeWith = (...reasons: string[]) => {
    const loss = reasons.map((reason) => ({ reason }));
    const drive = { receiptId: 'r', loss, sidecarFaults: [], skipped: [] } as unknown as IngestedDrive;
    return exitCodeOfIngest({ drives: [drive], failures: [] });
  };
  expect([codeWith(), codeWith('withheld'), codeWith('withheld', 'truncated')]).toEqual([
    Exit.done,
    Exit.done,
    Exit.loss,
  ]);
});

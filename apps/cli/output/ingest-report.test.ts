import { expect, it } from 'vitest';
import { savedText } from './ingest-report.ts';

it('marks the share of a topic in a shared chunk, and calls no growth a saving', () => {
  const saving = { topic: '/imu', messages: 1, bytesRaw: 1000 };
  expect(savedText({ ...saving, bytesStored: 400, shared: false })).toBe('60 %');
  expect(savedText({ ...saving, bytesStored: 400, shared: true })).toBe('≈ 60 %');
  expect(savedText({ ...saving, bytesStored: 1001, shared: true })).toBe('–');
  expect(savedText({ ...saving, bytesRaw: 0, bytesStored: 0, shared: true })).toBe('');
});

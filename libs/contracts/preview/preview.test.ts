import { isPitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import {
  entriesFromPreview,
  PREVIEW_CHANNELS_MAX,
  PREVIEW_HEAD_BYTES,
  PREVIEW_TOPIC_BYTES_MAX,
  type PreviewFacts,
  previewFromEntries,
  previewIdFrom,
} from './index.ts';

const facts = {
  previewId: 'a'.repeat(64),
  tenant: 'default',
  driveId: 'd-1',
  vehicleId: 'car-1',
  path: 'drive.mcap',
  headSha256: 'b'.repeat(64),
  sourceBytes: 1000,
  readBytes: 900,
  topics: ['/imu'],
  messages: 3,
  frames: 0,
  startTime: '0',
  endTime: null,
  notes: ['a note'],
} as unknown as PreviewFacts;

describeGolden('previews', {
  file: new URL('./golden/preview.json', import.meta.url),
  raise: 'raise PREVIEW_VERSION (libs/contracts/preview), or take the change back',
  makers: { ids: previewIdFrom, entries: (input: PreviewFacts) => Object.fromEntries(entriesFromPreview(input)) },
});

describe('what a preview says of itself', () => {
  it('is read as it was written', () => {
    expect(previewFromEntries(entriesFromPreview(facts), 'x')).toEqual(facts);
  });

  it('is refused where it is not as it should be, whoever wrote it', () => {
    const odd: Partial<Record<keyof PreviewFacts, unknown>>[] = [
      { previewId: 'A'.repeat(64) },
      { driveId: '../other' },
      { tenant: '' },
      { messages: -1 },
      { sourceBytes: '9' },
      { topics: '/imu' },
      { notes: [1] },
      { startTime: String(1n << 64n) },
      { endTime: '-1' },
    ];
    const texts = [...odd.map((fields) => JSON.stringify({ ...facts, ...fields })), '', 'null', '[]', '{'];
    for (const text of texts) {
      const read = (): PreviewFacts => previewFromEntries(new Map([['facts', text]]), 'its object');
      expect(read, text).toThrow(/its object is no preview/);
      try {
        read();
      } catch (error) {
        expect(isPitlaneError(error, 'corrupt-input')).toBe(true);
      }
    }
  });

  it('fits into the head of its object, with as many channels of as long names as it may have', () => {
    const topics = Array.from({ length: PREVIEW_CHANNELS_MAX }, (_, i) => `/${i}`.padEnd(PREVIEW_TOPIC_BYTES_MAX, '"'));
    const bytes = [...entriesFromPreview({ ...facts, topics })].reduce((sum, [, text]) => sum + text.length, 0);
    expect(bytes).toBeLessThan(PREVIEW_HEAD_BYTES - 4096);
  });
});

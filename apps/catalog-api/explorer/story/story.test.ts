import type { SqlRow } from '@pitlane/ports/catalog';
import { describe, expect, it } from 'vitest';
import type { StoryRows } from './story-rows.ts';
import { tell } from './tell.ts';

const START_NS = '1532402880000000000';
const at = (seconds: number): string => String(BigInt(START_NS) + BigInt(seconds * 1e9));

const DRIVE: SqlRow = {
  vehicle_id: 'car-7',
  start_ns: START_NS,
  end_ns: at(1800),
  time_quality: 'good',
  docked_at: '2018-07-24T11:00:00Z',
  garages: ['north'],
  labels: '{"map":"m12","software":"1.2"}',
  chunks: 600,
  messages: 9_000_000,
  bytes_landed: 30_000_000_000,
  bytes_lost: 0,
};
const RECORDING: SqlRow = { state: 'receipted', set_state: 'active', recordings: 1, bytes: 60_000_000_000 };
const RECEIPT: SqlRow = {
  receipt_id: '1a2b3c4d5e6f7a8b',
  signed_at: '2018-07-24T12:00:00.5Z',
  recording_ids: ['r1'],
  chunks: 600,
  bytes_stored: 30_000_000_000,
};

const rows = (more: Partial<StoryRows> = {}): StoryRows => ({
  drive: DRIVE,
  uncovered: 0,
  recordings: [RECORDING],
  verdicts: [{ judged_from: 'messages', vehicle_type: 'shuttle', summary: 'complete' }],
  findings: [],
  gaps: [],
  clocks: [],
  losses: [],
  events: [],
  receipts: [RECEIPT],
  corrections: [],
  derivations: [],
  datasets: [],
  ...more,
});
const textsOf = (more: Partial<StoryRows> = {}): string[] => tell(rows(more)).map(({ text }) => text);

describe('the story of a drive', () => {
  it('that went well is told in five sentences', () => {
    expect(textsOf()).toEqual([
      'car-7 recorded 30 min 00 s, from 2018-07-24 03:28:00 to 2018-07-24 03:58:00 by its own clock. Its labels: map m12, software 1.2.',
      'It was docked in the garage north at 2018-07-24 11:00:00 UTC, with 1 recording of 60.0 GB.',
      'All of its messages were looked at, by the profile of shuttle: it is complete.',
      '600 chunks with 9,000,000 messages are in the store and in the catalog: 30.0 GB.',
      'The cloud signed receipt 1a2b3c4d5e6f over 1 recording and 600 objects of 30.0 GB at 2018-07-24 12:00:00 UTC.',
    ]);
  });

  it('tells events, silences and losses in order of log time, each with its place on the drive', () => {
    const told = tell(
      rows({
        events: [
          {
            kind: 'incident',
            start_ns: at(90),
            end_ns: at(92),
            note: 'a cyclist\nfrom the right',
            author: 'crew',
          },
          { kind: 'rain', start_ns: null, end_ns: null, note: null, author: null, source: 'sidecar' },
        ],
        gaps: [{ topic: '/lidar', start_ns: at(30), end_ns: at(61), seconds: 31, text: null }],
        losses: [
          {
            path: 'a.mcap',
            byte_offset: 1_048_576,
            bytes: 1200,
            reason: 'corrupt-chunk',
            text: 'a chunk is damaged',
            topics: ['/imu', '/gps'],
            start_ns: at(60),
            end_ns: at(61),
            kept_in: 'c1',
          },
          {
            path: 'a.mcap',
            byte_offset: 9,
            bytes: 10,
            reason: 'withheld',
            text: '',
            topics: ['/cabin'],
            start_ns: null,
            end_ns: null,
            kept_in: null,
          },
        ],
      }),
    ).slice(1, 6);
    expect(told.map(({ kind, text }) => [kind, text])).toEqual([
      ['gap', '/lidar was silent for 31 s, from 03:28:30 to 03:29:01.'],
      [
        'lost',
        '1.20 kB of a.mcap at byte 1,048,576 could not be read, of /imu and /gps, from 03:29:00 on: a chunk is damaged. These bytes are kept as they are.',
      ],
      ['event', 'Incident at 03:29:30 for 2.0 s, crew says: a cyclist from the right.'],
      ['event', 'Rain, the car says.'],
      ['withheld', 'A filter keeps 10 B of a.mcap at byte 9, of /cabin in the garage.'],
    ]);
    expect(told[0]).toMatchObject({ time: at(30), clock: 'log', topic: '/lidar', startTime: at(30), endTime: at(61) });
  });

  it('says where more of a kind stand than it tells', () => {
    const gap = { topic: '/a', start_ns: null, end_ns: null, seconds: 1, text: null };
    const texts = textsOf({ gaps: Array.from({ length: 21 }, () => gap) });
    expect(texts.filter((text) => text === '/a was silent for 1.0 s.')).toHaveLength(20);
    expect(texts).toContain('Its topics were silent more often than that: see the list of gaps.');
  });

  it('that is under way says where its recordings are, and that nothing may be wiped', () => {
    const states = ['staged', 'shipped', 'indexed'].map((state, i) => ({ ...RECORDING, state, recordings: i + 1 }));
    const texts = textsOf({
      drive: { ...DRIVE, chunks: 0, messages: 0, bytes_landed: 0 },
      recordings: [...states, { ...RECORDING, set_state: 'superseded' }],
      receipts: [],
      verdicts: [],
    });
    expect(texts.slice(1)).toEqual([
      'It was docked in the garage north at 2018-07-24 11:00:00 UTC, with 6 recordings of 180 GB. 1 recording beside that is a copy of what others hold whole, and does not count.',
      '1 recording is copied to the garage, 2 recordings are on the way to the store and 3 recordings are in the catalog.',
      'Nothing of it is in the catalog yet.',
      'It has no receipt yet: its disk may not be wiped.',
    ]);
  });

  it('tells receipts that do not cover all of it, corrections, what was read out, and who uses it', () => {
    const texts = textsOf({
      uncovered: 2,
      corrections: [
        {
          corrected_at: '2018-07-25T08:00:00Z',
          recorded_vehicle_id: 'car-7',
          corrected_vehicle_id: 'car-8',
          corrected_labels: '{}',
          author: 'crew',
          reason: 'wrong disk',
        },
      ],
      derivations: [{ deriver: 'signals', chunks: 580, messages: 9, undecoded: 1 }],
      datasets: [{ name: 'night', snapshot_id: 'abcdef0123' }],
    });
    expect(texts.slice(-5)).toEqual([
      'Signals were read out of 580 chunks; 1 message could not be decoded.',
      expect.stringMatching(/^The cloud signed receipt/),
      '2 recordings of it stand in no receipt yet: what holds them may not be wiped.',
      'The dataset night (abcdef01) has samples of it.',
      'Crew put its vehicle from car-7 to car-8 and its labels right at 2018-07-25 08:00:00 UTC: wrong disk.',
    ]);
  });

  it('doubts a clock that is not believed, and takes times that no calendar has', () => {
    expect(textsOf({ drive: { ...DRIVE, time_quality: 'unknown' } })[0]).toContain('is not believed');
    expect(textsOf({ drive: { ...DRIVE, start_ns: null, end_ns: null, time_quality: 'none' } })[0]).toBe(
      'car-7 recorded this drive; none of its messages has a time. Its labels: map m12, software 1.2.',
    );
    expect(textsOf({ drive: { ...DRIVE, end_ns: '9223372036854775806', labels: 'no json' } })[0]).toContain(
      'car-7 recorded',
    );
  });

  it('keeps what people and cars wrote in one line, and short', () => {
    const [text = ''] = textsOf({ drive: { ...DRIVE, vehicle_id: `a\u0000b\n${'x'.repeat(5000)}` } });
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text.length).toBeLessThan(600);
  });
});

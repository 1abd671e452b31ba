import type { Sha256Hex } from '@pitlane/contracts/identity';
import { profileFromText } from '@pitlane/contracts/profile';
import type { RecordingEvidence, Verdict } from '@pitlane/contracts/verdict';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { expect, it } from 'vitest';
import { fullVerdict, QuickVerdict, summaryOf } from './drive-verdict.ts';

const START_NS = 1_772_547_720_000_000_000n;
const DRIVE = { vehicleId: '47', labels: {} };
const PROFILE = profileFromText(
  JSON.stringify({
    profileVersion: 1,
    vehicleType: 'shuttle',
    vehicles: ['47'],
    topics: [{ topic: '/imu', rateHz: 100 }, { topic: '/gps' }],
  }),
  'a profile',
);
const tools = { profiles: async () => ({ profiles: [PROFILE], faults: ['other.json is no profile'] }) };

/** Ten seconds of a topic at 100 Hz. */
function evidenceOf(topic: string, judgedFrom: 'index' | 'messages' = 'messages'): RecordingEvidence {
  const [startTime, endTime] = [String(START_NS), String(START_NS + 10_000_000_000n)];
  const first = Number(START_NS / 1_000_000_000n);
  const rates = { widthS: 1, rows: [[first, ...Array.from({ length: 10 }, () => 100), 1]] };
  const times = {
    intervals: [[186, 1000, 10_000_000]],
    runs: [[startTime, endTime]],
    silenceNs: 15_000_000,
    rates,
  } as const;
  const one = { topic, schemaName: '', messages: 1001, startTime, endTime, ...times, content: {}, contentJudged: 0 };
  return { judgedFrom, isExact: true, topics: [one], topicsLeftOut: 0 };
}

const entryOf = (path: string, bytes: number, head: string, evidence?: RecordingEvidence): RecordingEntry =>
  ({
    path,
    bytes,
    format: 'mcap',
    headSha256: head as Sha256Hex,
    cut: { ...(evidence && { evidence }) },
  }) as RecordingEntry;

it('a drive of several logs is judged over all of them, by the profile of its vehicle', async () => {
  const imu = entryOf('a.mcap', 10, 'a', evidenceOf('/imu'));
  const verdict = await fullVerdict(DRIVE, [imu], tools);
  expect(verdict?.findings.map(({ text }) => text)).toEqual(['/gps missing: no message of it in this drive']);
  expect(verdict).toMatchObject({
    judgedFrom: 'messages',
    vehicleType: 'shuttle',
    notes: ['other.json is no profile'],
  });
  expect(await fullVerdict(DRIVE, [imu, entryOf('b.mcap', 10, 'b', evidenceOf('/gps'))], tools)).toMatchObject({
    isComplete: true,
  });
});

it('a half copy beside the whole is not counted twice', async () => {
  const slow = { ...PROFILE, topics: [{ topic: '/imu', rateHz: 200, required: true, tolerance: 0.2 }] };
  const judge = (entries: RecordingEntry[]) =>
    fullVerdict(DRIVE, entries, { profiles: async () => ({ profiles: [slow], faults: [] }) });
  const [whole, half] = [
    entryOf('whole.mcap', 10, 'same', evidenceOf('/imu')),
    entryOf('half.mcap', 5, 'same', evidenceOf('/imu')),
  ];
  for (const entries of [[whole], [whole, half], [half, whole]])
    expect((await judge(entries))?.findings.map(({ kind }) => kind)).toEqual(['rate']);
});

it('a log that landed byte for byte is named, and nothing is missing until it is known', async () => {
  const verdict = await fullVerdict(
    DRIVE,
    [entryOf('a.mcap', 10, 'a', evidenceOf('/imu')), entryOf('odd.mcap', 10, 'b')],
    tools,
  );
  expect(verdict).toMatchObject({ findings: [], isComplete: false });
  expect(verdict?.notes.join()).toContain('odd.mcap');
  const opaque = { ...entryOf('notes.txt', 1, 'c'), format: 'opaque' };
  expect(await fullVerdict(DRIVE, [opaque], tools)).toBeUndefined();
});

it('the quick verdict waits for an index, and names the logs without one', async () => {
  const quick = new QuickVerdict();
  quick.add('notes.txt', false, undefined);
  quick.add('run.ulg', true, undefined);
  expect(await quick.judge(DRIVE, tools)).toBeUndefined();
  quick.add('a.mcap', true, evidenceOf('/imu', 'index'));
  expect((await quick.judge(DRIVE, tools))?.notes.join()).toContain('not judged yet: run.ulg');
});

it('several drives are summed up in a word', () => {
  const verdictOf = (summary: string, findings = 0): Verdict =>
    ({ summary, isComplete: summary === 'complete', findings: Array.from({ length: findings }) }) as unknown as Verdict;
  expect(summaryOf([])).toBeNull();
  expect(summaryOf([verdictOf('complete'), verdictOf('complete')])).toBe('complete');
  expect(summaryOf([verdictOf('complete'), verdictOf('nothing found so far')])).toBe('nothing found so far');
  expect(summaryOf([verdictOf('1 finding', 1), verdictOf('complete')])).toBe('1 finding');
  expect(summaryOf([verdictOf('1 finding', 1), verdictOf('3 findings', 3)])).toBe('4 findings');
});

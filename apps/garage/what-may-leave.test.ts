import { isPitlaneError } from '@pitlane/base/errors';
import { EVERY_TOPIC, topicFilterFrom } from '@pitlane/contracts/topic-filter';
import { mcap } from '@pitlane/formats/mcap';
import { describe, expect, it } from 'vitest';
import type { LossResult } from './dock-result.ts';
import type { InspectedFile } from './drive-identity.ts';
import { filterAsked, filterForFile, refuseOtherFilter, staysWhole, withheldText } from './what-may-leave.ts';

const only = topicFilterFrom({ topics: ['/imu'] });
const without = topicFilterFrom({ exclude: ['/cabin'] });
const fileAt = (path: string, format?: typeof mcap) =>
  ({ file: { path, bytes: 1 }, format }) as unknown as Pick<InspectedFile, 'file' | 'format'>;
const filterOf = (path: string, filter = without, format?: typeof mcap) =>
  filterForFile(fileAt(path, format), filter, 'run/pitlane.drive.json');

describe('what of a file may leave', () => {
  it('is filtered where it is a log, and the sidecar always leaves', () => {
    expect(filterOf('run/a.mcap', only, mcap)).toBe(only);
    expect(filterOf('run/pitlane.drive.json', only)).toBeUndefined();
    expect(filterOf('run/a.mcap', EVERY_TOPIC, mcap)).toBeUndefined();
  });

  it('is nothing of a file without topics under a list of what alone may leave, and all of it under excludes', () => {
    expect([filterOf('notes.txt', only), filterOf('notes.txt')]).toEqual([only, undefined]);
    expect(staysWhole({ filter: only, format: 'opaque' })).toBe(true);
    expect(staysWhole({ filter: only, format: 'mcap' })).toBe(false);
    expect(staysWhole({ format: 'opaque' })).toBe(false);
  });

  it.each([
    'a.mcap',
    'A.BAG',
    'a.db3',
    'a.db3-wal',
    'a.db3-journal',
    'a.mcap.zst',
    'seg/rlog',
    'seg--0--rlog.bz2',
    'a.bag.active',
  ])(
    'is nothing of %s under excludes, though it is no known log: it may be a damaged one, or the journal of one',
    (path) => expect(filterOf(path)).toBe(without),
  );
});

it('narrows the rule of the garage and never widens it', () => {
  expect(filterAsked({ exclude: ['/b'] }, without)).toEqual(topicFilterFrom({ exclude: ['/b', '/cabin'] }));
  expect(filterAsked({}, without)).toEqual(without);
});

it('refuses another filter than a recording has, in words, and takes the same', () => {
  expect(() => refuseOtherFilter(undefined, only, 'a.mcap')).not.toThrow();
  expect(() => refuseOtherFilter({ filter: only }, topicFilterFrom({ topics: ['/imu'] }), 'a.mcap')).not.toThrow();
  let told: unknown;
  try {
    refuseOtherFilter({}, without, 'a.mcap');
  } catch (error) {
    told = error;
  }
  expect(isPitlaneError(told, 'refused')).toBe(true);
  expect(told).toMatchObject({
    message: expect.stringContaining('was docked before as: every topic; now it is to be: without /cabin') as string,
  });
});

it('says in short what is on the disk alone: topics once, files, and places that nobody could read', () => {
  const loss = (reason: string, more: Partial<LossResult> = {}): LossResult => ({
    path: 'a.mcap',
    reason,
    text: '',
    offset: 0,
    bytes: 0,
    keptIn: null,
    topics: [],
    startTime: null,
    endTime: null,
    ...more,
  });
  const topic = loss('withheld', { topics: ['/cabin'] });
  expect(withheldText([])).toBeNull();
  expect(withheldText([loss('truncated', { bytes: 9, keptIn: 'c' }), loss('missing-part')])).toBeNull();
  expect(withheldText([loss('unreadable', { bytes: 9 })])).toBeNull();
  expect(withheldText([topic, topic, loss('withheld', { bytes: 9 }), loss('truncated', { bytes: 9 })])).toBe(
    '1 topic, 1 file, 1 damaged part',
  );
});

import { bytesFromUtf8 } from '@pitlane/base/bytes';
import type { RecordingFacts } from '@pitlane/contracts/manifest';
import { type BagMetadata, bagMetadataFrom } from '@pitlane/formats/rosbag2-metadata';
import { describe, expect, it } from 'vitest';
import { bagTold, type HeldFile, withBagNotes } from './bag-folders.ts';

const bagOf = (paths: readonly string[], version = 5): BagMetadata =>
  bagMetadataFrom(
    bytesFromUtf8(
      [
        'rosbag2_bagfile_information:',
        `  version: ${version}`,
        '  storage_identifier: mcap',
        '  compression_format: zstd',
        '  compression_mode: FILE',
        '  topics_with_message_count:',
        '    - topic_metadata:\n        name: /lidar\n      message_count: 20',
        '  relative_file_paths:',
        ...paths.map((path) => `    - ${JSON.stringify(path)}`),
        '  files:',
        ...paths.map((path) => `    - path: ${JSON.stringify(path)}\n      message_count: 10`),
      ].join('\n'),
    ),
  );

const held = (files: Readonly<Record<string, number | null>>): Map<string, HeldFile> =>
  new Map(
    Object.entries(files).map(([path, messages]) => [
      path,
      { path, isLog: messages !== null, messages: messages ?? 0 },
    ]),
  );

const told = (bag: BagMetadata, files: Readonly<Record<string, number | null>>, path = 'bag/metadata.yaml') => {
  const { notes, missing } = bagTold(bag, path, held(files));
  return { notes: notes.slice(1).map((note) => note.replace(/^the bag: /, '')), missing };
};

describe('the metadata of a bag', () => {
  const bag = bagOf(['lane_0.mcap.zstd', 'lane_1.mcap.zstd']);

  it('whose files are all here says what kind of bag it is, and nothing else', () => {
    const files = held({ 'bag/lane_0.mcap.zstd': 10, 'bag/lane_1.mcap.zstd': 10, 'bag/notes.txt': null });
    expect(bagTold(bag, 'bag/metadata.yaml', files)).toEqual({
      notes: ['the bag: version 5, mcap, compressed by FILE with zstd, 2 files'],
      missing: [],
    });
  });

  it('names each file that is not here, as a loss with its topics', () => {
    const { notes, missing } = told(bag, { 'bag/lane_0.mcap.zstd': 10, 'lane_1.mcap.zstd': 10 });
    expect(notes).toEqual(['lane_1.mcap.zstd is not here, with 10 messages in it']);
    expect(missing).toEqual([
      {
        path: 'bag/metadata.yaml',
        reason: 'missing-part',
        text:
          'lane_1.mcap.zstd, file 2 of 2 of the bag, is not here, with 10 messages in it: ' +
          'look for it on the other disks of the car, then dock the folder whole',
        offset: 0,
        bytes: 0,
        keptIn: null,
        topics: ['/lidar'],
        startTime: null,
        endTime: null,
      },
    ]);
  });

  it('takes a file that was not compressed yet, or was unpacked since, for the one that is named', () => {
    expect(told(bag, { 'bag/lane_0.mcap': 10, 'bag/lane_1.mcap.zstd': 10 })).toEqual({ notes: [], missing: [] });
  });

  it('tells of logs beside it that it does not name, and of counts that are others', () => {
    const files = { 'bag/lane_0.mcap.zstd': 7, 'bag/lane_1.mcap.zstd': 10, 'bag/lane_2.mcap': 3, 'other/x.mcap': 1 };
    expect(told(bag, files).notes).toEqual([
      'lane_2.mcap lies beside it and is not named in it: it was read all the same',
      'lane_0.mcap.zstd should have 10 messages and has 7',
    ]);
  });

  it('is not followed out of its folder, and what it names there is no loss', () => {
    const hostile = bagOf(['../../etc/passwd', '/etc/shadow', 'a/../../b']);
    const { notes, missing } = told(hostile, { 'etc/passwd': 10, '/etc/shadow': 10 });
    expect(missing).toEqual([]);
    expect(notes).toEqual([
      '../../etc/passwd would lie outside of its folder and was not looked for',
      '/etc/shadow would lie outside of its folder and was not looked for',
      'a/../../b would lie outside of its folder and was not looked for',
    ]);
  });

  it('with names of any signs stays on one line', () => {
    const { notes } = told(bagOf(['a\nfake: line \u001b[31m']), {});
    expect(notes[0]).toBe('"a\\nfake: line \\u001b[31m" is not here, with 10 messages in it');
  });

  it('with thousands of files missing tells of some, and says how many more', () => {
    const many = bagOf(Array.from({ length: 1200 }, (_, i) => `lane_${i}.mcap`));
    const { notes, missing } = told(many, {});
    expect([notes.length, notes.at(-1), missing.length]).toEqual([21, 'and 1180 more like these', 1000]);
  });
});

describe('notes on a bag', () => {
  const recording = { notes: ['seen', 'the bag: a is not here'] } as unknown as RecordingFacts;

  it('give way to those of a later docking, and leave others alone', () => {
    expect(withBagNotes(recording, ['the bag: whole']).notes).toEqual(['seen', 'the bag: whole']);
    expect(withBagNotes(recording, []).notes).toEqual(['seen']);
  });

  it('that are the same leave the recording the very same', () => {
    expect(withBagNotes(recording, ['the bag: a is not here'])).toBe(recording);
  });
});

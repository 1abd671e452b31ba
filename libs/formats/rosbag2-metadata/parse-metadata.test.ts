import { readdirSync, readFileSync } from 'node:fs';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bagMetadataFrom, candidatePaths, isBagMetadata, METADATA_BYTES_MAX } from './index.ts';

const SEED = 20_261_126;
const folder = new URL('./conformance/', import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (text: string) => bagMetadataFrom(bytesFromUtf8(text));

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)));

describe("a bag's metadata", () => {
  it.each(cases)('%s says what stands beside it in JSON', (name) => {
    const bytes = readFileSync(new URL(name, folder));
    expect(isBagMetadata(bytes)).toBe(true);
    const expected: unknown = JSON.parse(readFileSync(new URL(name.replace('.yaml', '.json'), folder), 'utf8'));
    expect(plain(bagMetadataFrom(bytes))).toEqual(expected);
  });

  it('of every version from 1 to 9 is among them', () => {
    const versions = cases.flatMap((name) => /^version-(\d)\.yaml$/.exec(name)?.[1] ?? []);
    expect(versions.sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('gives back the names, counts and times that are written into it', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,30}$/);
    const files = fc.array(fc.record({ name, messages: fc.nat(), startNs: fc.bigInt({ min: 0n, max: 2n ** 63n }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(files, fc.integer({ min: 5, max: 9 }), (given, version) => {
        const distinct = [...new Map(given.map((file) => [file.name, file])).values()];
        const lines = [
          'rosbag2_bagfile_information:',
          `  version: ${version}`,
          '  relative_file_paths:',
          ...distinct.map((file) => `    - "${file.name}"`),
          '  files:',
          ...distinct.flatMap((file) => [
            `    - path: "${file.name}"`,
            `      starting_time:\n        nanoseconds_since_epoch: ${file.startNs}`,
            `      duration:\n        nanoseconds: 5\n      message_count: ${file.messages}`,
          ]),
        ];
        const { parts, faults } = read(lines.join('\n'));
        expect(faults).toEqual([]);
        expect(parts).toEqual(
          distinct.map(({ name: path, messages, startNs }) => ({
            path,
            messages,
            startTimeNs: startNs,
            endTimeNs: startNs + 5n,
          })),
        );
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('is known by its first key, not by its name', () => {
    expect(isBagMetadata(bytesFromUtf8('# a comment\nrosbag2_bagfile_information:\n'))).toBe(true);
    for (const other of ['', 'rosbag2: 1', 'about: rosbag2_bagfile_information:', '{"a": 1}']) {
      expect(isBagMetadata(bytesFromUtf8(other)), other).toBe(false);
    }
  });

  it('cut off anywhere gives what stands before the cut, or nothing, and says so', () => {
    const text = readFileSync(new URL('version-5.yaml', folder), 'utf8');
    const all = read(text).parts.map(({ path }) => path);
    for (let end = 0; end < text.length; end += 7) {
      const { parts, faults } = read(text.slice(0, end));
      const names = parts.map(({ path }) => path);
      const isPrefix = names.every((name, i) => all[i]?.startsWith(name));
      expect([isPrefix, names.length > 0 || faults.length > 0], text.slice(0, end)).toEqual([true, true]);
    }
  });
});

describe('hostile metadata', () => {
  const root = 'rosbag2_bagfile_information:';

  it.each([
    ['a billion laughs', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n${root} *c`],
    ['one alias', `x: &x 5\n${root}\n  version: *x`],
    ['a map that holds itself', `${root} &r\n  relative_file_paths: *r`],
  ])('with %s is not followed', (_, text) => {
    expect(read(text)).toMatchObject({ parts: [], faults: [expect.stringContaining('Alias')] });
  });

  it.each([
    ['no mapping', `${root} 5`],
    ['a list', `${root}\n - a`],
    ['tags', `${root} !!js/function "x"`],
    [
      'other kinds of values',
      `${root}\n  version: [1]\n  relative_file_paths: {a: b}\n  files: x\n  message_count: -4`,
    ],
    ['names of prototypes', `${root}\n  __proto__:\n    version: 5\n  constructor: x\n  toString: y`],
  ])('with %s gives nothing to look for', (_, text) => {
    const { parts, messages, version, faults } = read(text);
    expect([parts, messages, version]).toEqual([[], undefined, 0]);
    expect(faults.length).toBeGreaterThan(0);
    expect(Object.hasOwn(Object.prototype, 'version')).toBe(false);
  });

  it('with numbers past every bound has none of them', () => {
    const { parts } = read(
      `${root}\n  version: 5\n  relative_file_paths: [a]\n  files:\n    - path: a\n      message_count: 99999999999999999999\n` +
        '      starting_time:\n        nanoseconds_since_epoch: 18446744073709551616\n      duration:\n        nanoseconds: 0x10',
    );
    expect(parts).toEqual([{ path: 'a', messages: undefined, startTimeNs: undefined, endTimeNs: undefined }]);
  });

  it('that is larger than any bag needs is not parsed', () => {
    const { faults, parts } = read(`${root}\n#${'x'.repeat(METADATA_BYTES_MAX)}`);
    expect([faults, parts]).toEqual([[`it is larger than ${METADATA_BYTES_MAX} bytes`], []]);
  });
});

describe('the places of a file that the metadata names', () => {
  it('lie in its folder, under its name or that of what was compressed or unpacked of it', () => {
    expect(candidatePaths('drives/bag/metadata.yaml', 5, 'bag_0.db3')).toEqual([
      'drives/bag/bag_0.db3',
      'drives/bag/bag_0.db3.zstd',
    ]);
    expect(candidatePaths('metadata.yaml', 5, 'bag_0.mcap.zstd')).toEqual(['bag_0.mcap.zstd', 'bag_0.mcap']);
    expect(candidatePaths('metadata.yaml', 5, './sub//bag_0.mcap')[0]).toBe('sub/bag_0.mcap');
  });

  it('of old versions are named with the folder, whatever that is called now', () => {
    expect(candidatePaths('moved/metadata.yaml', 3, 'bag/bag_0.db3')[0]).toBe('moved/bag_0.db3');
    expect(candidatePaths('moved/metadata.yaml', 4, 'bag/bag_0.db3')[0]).toBe('moved/bag/bag_0.db3');
  });

  it('are none outside of the folder', () => {
    for (const path of ['../x.db3', 'a/../../x.db3', '/etc/passwd', '..', '.', '', '///', 'a\0b']) {
      expect(candidatePaths('bag/metadata.yaml', 5, path), path).toEqual([]);
    }
  });
});

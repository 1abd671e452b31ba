import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import { sha256Of } from '../identity/index.ts';
import {
  type ManifestLine,
  manifestLineFromText,
  manifestText,
  ownSha256FromNotes,
  partsNote,
  twinNote,
  twinPathsFromNotes,
} from './index.ts';

describeGolden('a manifest', {
  file: new URL('./golden/manifest.json', import.meta.url),
  raise: 'raise MANIFEST_VERSION (libs/contracts/manifest) and read the old one too, or take the change back',
  makers: { line: (line: ManifestLine) => manifestText(line) },
});

describe('the note of a file with equal bytes', () => {
  it('gives its path back whatever the path is, and other notes give none', () => {
    const paths = ['two.bag', 'sub/copy.txt', 'is there too', ' too', 'new\nline', ''];
    expect(twinPathsFromNotes(['no footer', ...paths.map(twinNote), 'it is too'])).toEqual(paths);
  });
});

describe('the note of a recording of several files', () => {
  it('gives the SHA-256 of the file alone back, and other notes give none', () => {
    const sha256 = sha256Of('the file');
    const note = partsNote(['bag.db3-journal', 'odd: name.db3-wal'], sha256);
    expect(note).toContain('bag.db3-journal and odd: name.db3-wal');
    expect(ownSha256FromNotes(['seen', note])).toBe(sha256);
    expect(ownSha256FromNotes(['seen', note.slice(0, -1), `read: ${sha256}`])).toBeUndefined();
  });
});

describe('a manifest line', () => {
  it('reads back as it was written, on one line', () => {
    const line: ManifestLine = { type: 'end', recordings: 1, channels: 2, chunks: 3, losses: 4 };
    const text = manifestText(line);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(manifestLineFromText(text, 'here')).toEqual(line);
  });

  it('is refused with the name of its manifest when it is not JSON or of no known type', () => {
    for (const wrong of ['', '{', '{"type":"chunk"', 'nothing', '{}', '{"type":"other"}', '[]', 'null', '"chunk"']) {
      expect(() => manifestLineFromText(wrong, 'v1/manifest'), wrong).toThrow(/^v1\/manifest: a manifest line /);
    }
  });
});

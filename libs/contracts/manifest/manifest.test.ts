import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import { type ManifestLine, manifestLineFromText, manifestText, twinNote, twinPathsFromNotes } from './index.ts';

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

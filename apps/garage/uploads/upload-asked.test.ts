import { isPitlaneError } from '@pitlane/base/errors';
import fc from 'fast-check';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { uploadAskedFrom, uploadPath } from './upload-asked.ts';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isPitlaneError(error, 'bad-usage') ? error.message : 'another error';
  }
  return 'taken';
};

describe('what a client says of an upload', () => {
  it('is taken with a file and a car, and with more where it says more', () => {
    expect(uploadAskedFrom({ filename: 'run-1/cameras.mcap', vehicle: 'car-47', filetype: 'x' })).toEqual({
      filename: 'run-1/cameras.mcap',
      vehicleId: 'car-47',
      drive: undefined,
      sha256: undefined,
      complete: false,
    });
    const sha256 = 'ab'.repeat(32);
    expect(
      uploadAskedFrom({ filename: 'a', vehicle: 'car-47', drive: 'run-1', sha256, complete: 'true' }),
    ).toMatchObject({ drive: 'run-1', sha256, complete: true });
    expect(uploadAskedFrom({ filename: 'a', vehicle: 'c', complete: null }).complete).toBe(true);
  });

  it.each([
    [{ vehicle: 'car-47' }, /`filename` is missing/],
    [{ filename: 'a' }, /`vehicle` is missing/],
    [{ filename: 'a', vehicle: '../car' }, /is no vehicle id/],
    [{ filename: 'a', vehicle: 'car', drive: '..' }, /`drive` "\.\." is no name/],
    [{ filename: 'a', vehicle: 'car', drive: 'a/b' }, /`drive` "a\/b" is no name/],
    [{ filename: 'a', vehicle: 'car', sha256: 'ABC' }, /is no SHA-256/],
    [{ filename: 'a', vehicle: 'car', complete: 'yes' }, /`complete` is "yes": say true or false/],
  ])('%j is refused with the reason', (metadata, reason) => {
    expect(refusal(() => uploadAskedFrom(metadata as unknown as Record<string, string>))).toMatch(reason);
  });
});

describe('the path of an upload', () => {
  it.each([
    ['/etc/passwd', 'absolute'],
    ['../a', '".."'],
    ['a/../../b', '".."'],
    ['a/./b', '"."'],
    ['a//b', 'empty part'],
    ['a/', 'empty part'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['caf\uFFFD', 'not valid UTF-8'],
    ['x'.repeat(256), 'more than 255 bytes'],
    ['ä'.repeat(128), 'more than 255 bytes'],
    [`${'x/'.repeat(600)}x`, 'longer than 1024'],
    [`${'x/'.repeat(40)}x`, 'more than 32 folders'],
  ])('%j is refused', (text, reason) => {
    expect(refusal(() => uploadPath(text))).toContain(reason);
  });

  it('that is taken leads below its folder, whatever it is made of', () => {
    const piece = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', '\0', 'a', '...', 'ä'), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.constantFrom('/', ''), (pieces, between) => {
        const text = pieces.join(between);
        if (refusal(() => uploadPath(text)) !== 'taken') return;
        const resolved = path.resolve('/srv/drive', text);
        expect(resolved).toBe(`/srv/drive/${text}`);
      }),
      { numRuns: 500 },
    );
  });
});

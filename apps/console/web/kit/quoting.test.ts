import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellText, sqlText } from './quoting.ts';

describe('quoting', () => {
  it('leaves plain words of a shell as they are', () => {
    expect(['car-1', '/imu/data', '2026-03-12T08:00:00Z'].map((text) => shellText(text))).toEqual([
      'car-1',
      '/imu/data',
      '2026-03-12T08:00:00Z',
    ]);
  });

  it('makes one word of anything, as a shell reads it', () => {
    const hostile = fc.array(fc.constantFrom("'", '"', '$', '`', '\\', ' ', '\n', ';', '(', 'a', '!'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(hostile, (letters) => {
        const text = letters.join('');
        const said = execFileSync('/bin/sh', ['-c', `printf '[%s]' ${shellText(text)}`], { encoding: 'utf8' });
        expect(said).toBe(`[${text}]`);
      }),
      { numRuns: 40 },
    );
  });

  it('ends no text of SQL early, and says it to both engines alike', () => {
    expect(sqlText("it's\\")).toBe("'it' || CHR(39) || 's' || CHR(92)");
    expect([sqlText(''), sqlText('a\nb')]).toEqual(["''", "'a' || CHR(10) || 'b'"]);
  });
});

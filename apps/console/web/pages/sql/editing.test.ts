import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indent, inserted, insertedName, outdent } from './editing.ts';

describe('editing SQL', () => {
  it('puts two spaces in, or moves the selected lines', () => {
    expect(indent({ text: 'ab', from: 1, to: 1 })).toEqual({ text: 'a  b', from: 3, to: 3 });
    expect(indent({ text: 'a\n\nb', from: 0, to: 4 }).text).toBe('  a\n\n  b');
  });

  it('moves lines back by what they have', () => {
    expect(outdent({ text: 'x\n   a\n b', from: 3, to: 9 }).text).toBe('x\n a\nb');
    expect(outdent({ text: 'ab', from: 1, to: 1 })).toEqual({ text: 'ab', from: 1, to: 1 });
  });

  it('comes back from any indent to where it was', () => {
    const texts = fc.array(fc.constantFrom('a', '\n', 'bc'), { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text.includes('\n'));
        const there = indent({ text, from: 0, to: text.length });
        expect(outdent(there).text).toBe(text);
      }),
    );
  });

  it('puts names beside what stands there', () => {
    const at = (text: string) => insertedName({ text, from: text.length, to: text.length }, 'drives').text;
    expect([at(''), at('FROM'), at('FROM '), at('count('), at('d.')]).toEqual([
      'drives',
      'FROM drives',
      'FROM drives',
      'count(drives',
      'd.drives',
    ]);
    expect(inserted({ text: 'abc', from: 1, to: 2 }, 'X')).toEqual({ text: 'aXc', from: 2, to: 2 });
    expect(insertedName({ text: 'SELECT FROM', from: 7, to: 7 }, 'state').text).toBe('SELECT state FROM');
  });
});

import { describe, expect, it } from 'vitest';
import { forBash, linesOf, unquoted, wordsFromBash } from './shell-text.ts';

describe('words from bash', () => {
  it.each([
    [['drives', '--vehicle', '=', 'car'], ['drives', '--vehicle=car'], '--vehicle='],
    [['drives', '--vehicle', '='], ['drives', '--vehicle='], '--vehicle='],
    [
      ['drives', '--start', '2026-03-03T08', ':', '00', ':', '00Z', ''],
      ['drives', '--start', '2026-03-03T08:00:00Z', ''],
      '',
    ],
    [['topics', '--topic', 'a', ':', 'b'], ['topics', '--topic', 'a:b'], 'a:'],
    [['export', "'my dri"], ['export', 'my dri'], ''],
    [['export', 'my\\ drive', ''], ['export', 'my drive', ''], ''],
    [[''], [''], ''],
    [[], [], ''],
  ])('%j are %j', (pieces, words, before) => {
    expect(wordsFromBash(pieces)).toEqual({ words, before });
  });

  it('lose their quotes and backslashes as in a shell', () => {
    expect(unquoted(String.raw`'a\b'"c\"d"\ e`)).toBe(String.raw`a\bc"d e`);
    expect(unquoted("it's")).toBe('its');
  });
});

describe('what is offered', () => {
  const offer = { words: [{ text: "a:b c'", about: 'one\tof\nthem' }], paths: undefined, goesOn: true };

  it('is a line each, behind one that says how', () => {
    expect(linesOf(offer)).toEqual(['words nospace', "a:b c'\tone of them"]);
    expect(linesOf({ ...offer, words: [], paths: 'folders', goesOn: false })).toEqual(['folders']);
  });

  it('is quoted for bash, without what stands before the colon', () => {
    expect(forBash(offer, '', 'a:').words[0]?.text).toBe(String.raw`b\ c\'`);
    expect(forBash(offer, "'a", '').words[0]?.text).toBe("a:b c'");
  });
});

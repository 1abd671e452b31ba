/**
 * Code 39 (ISO/IEC 16388), which every scanner reads: nine elements a character, bars and spaces in turn, three of them wide.
 */

const PATTERNS: Readonly<Record<string, string>> = {
  '0': 'nnnwwnwnn',
  '1': 'wnnwnnnnw',
  '2': 'nnwwnnnnw',
  '3': 'wnwwnnnnn',
  '4': 'nnnwwnnnw',
  '5': 'wnnwwnnnn',
  '6': 'nnwwwnnnn',
  '7': 'nnnwnnwnw',
  '8': 'wnnwnnwnn',
  '9': 'nnwwnnwnn',
  '.': 'wwnnnnwnn',
  '*': 'nwnnwnwnn',
  D: 'nnnnwwnnw',
  H: 'wnnnnwwnn',
  I: 'nnwnnwwnn',
  N: 'nnnnwnnww',
  O: 'wnnnwnnwn',
  P: 'nnwnwnnwn',
  R: 'wnnnnnwwn',
  U: 'wwnnnnnnw',
  V: 'nwwnnnnnw',
};

const WIDE = 3;

export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** In units of a narrow bar. @param text of the characters that bays and deeds have */
export function code39(text: string): { readonly bars: readonly Bar[]; readonly width: number } {
  const bars: Bar[] = [];
  let x = 0;
  for (const character of `*${text}*`) {
    const pattern = PATTERNS[character];
    if (pattern === undefined) throw new RangeError(`there is no bar code of ${JSON.stringify(character)}`);
    for (const [at, element] of Array.from(pattern).entries()) {
      const width = element === 'w' ? WIDE : 1;
      if (at % 2 === 0) bars.push({ x, width });
      x += width;
    }
    x += 1;
  }
  return { bars, width: x - 1 };
}

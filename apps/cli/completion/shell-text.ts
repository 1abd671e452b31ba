/** Between shells and us: words as a shell splits and quotes them on the way in, and lines that its script reads on the way out. */
import type { Offer, Word } from './offer-words.ts';

export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * The words of a line as bash hands them over, put together again: it breaks at `=` and `:`, and leaves quotes where they are.
 * @returns the words, and what of the last one bash takes for a word of its own before the one it completes.
 */
export function wordsFromBash(pieces: readonly string[]): { readonly words: string[]; readonly before: string } {
  const words: string[] = [];
  let [before, isGlued] = ['', false];
  for (const piece of pieces) {
    const isBreak = /^[=:]+$/.test(piece) && words.length > 0;
    const sofar = isBreak || isGlued ? (words.pop() ?? '') : '';
    words.push(`${sofar}${piece}`);
    before = isBreak ? `${sofar}${piece}` : sofar;
    isGlued = isBreak;
  }
  return { words: words.map(unquoted), before: unquoted(before) };
}

/** A word without its quotes and backslashes, a half-open quote too. */
export function unquoted(word: string): string {
  let [text, quote] = ['', ''];
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at] as string;
    if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    else if (letter === quote) quote = '';
    else if (letter === '\\' && quote !== "'" && at + 1 < word.length) text += word[(at += 1)];
    else text += letter;
  }
  return text;
}

/** The first line says how to complete; a word a line follows, with a tab before what is said of it. */
export function linesOf({ words, paths, goesOn }: Offer): string[] {
  const how = [paths ?? 'words', ...(goesOn ? ['nospace'] : [])].join(' ');
  return [how, ...words.map(({ text, about }) => `${text}\t${about.replace(/[\t\n]/g, ' ')}`)];
}

/** Bash inserts what it is given as it is: so it is quoted here, unless the word stands in quotes already. */
export function forBash(offer: Offer, current: string, before: string): Offer {
  const isQuoted = /^['"]/.test(current);
  const cut = ({ text, about }: Word): Word => {
    const rest = text.startsWith(before) ? text.slice(before.length) : text;
    return { text: isQuoted ? rest : rest.replace(/[^\w@%+=:,./~-]/g, '\\$&'), about };
  };
  return { ...offer, words: offer.words.map(cut) };
}

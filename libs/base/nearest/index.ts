/**
 * The names most like a mistyped one, for the error that answers it. It stands beside the flow: whoever looks a name up
 * asks it. It never looks anything up itself.
 */

/** Longer names are compared by their first characters only, so that a hostile name costs nothing. */
const COMPARED_CHARS_MAX = 256;

/** How many single-character edits, swaps of neighbours among them, part two texts. */
function editDistance(a: string, b: string): number {
  let twoBefore: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (twoBefore[j - 2] as number) + 1 : replaced;
      row.push(Math.min(replaced, swap, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    [twoBefore, before] = [before, row];
  }
  return before[b.length] as number;
}

export function nearestNames(name: string, names: Iterable<string>, count = 3): string[] {
  const cut = (text: string): string => text.slice(0, COMPARED_CHARS_MAX);
  return [...new Set(names)]
    .map((known) => ({ known, distance: editDistance(cut(name), cut(known)) }))
    .sort((a, b) => a.distance - b.distance || (a.known < b.known ? -1 : 1))
    .slice(0, count)
    .map(({ known }) => known);
}

/** `; the nearest are "a", "b"`, or nothing where there are no names at all. */
export function nearestText(name: string, names: Iterable<string>, count = 3): string {
  const nearest = nearestNames(name, names, count);
  if (nearest.length === 0) return '; there are none at all';
  return `; the nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.map((known) => JSON.stringify(known)).join(', ')}`;
}

/** Says aloud, to those who listen to the page, which place has another word than before. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Shown } from './arrangement.ts';

/** More at once are only counted. */
const TOLD_MAX = 3;

export function ChangesTold({ shown }: { readonly shown: readonly Shown[] }) {
  const before = useRef<ReadonlyMap<string, string>>(undefined);
  const [told, setTold] = useState('');
  const words = new Map(shown.map((one) => [one.place.number, wordOf(one)]));
  const text = [...words].join('\n');
  useEffect(() => {
    const changed = [...words].filter(([number, word]) => before.current && before.current.get(number) !== word);
    before.current = words;
    if (changed.length === 0) return;
    const lines = changed.slice(0, TOLD_MAX).map(([number, word]) => `${number}: ${word}`);
    setTold(changed.length > TOLD_MAX ? `${changed.length} bays changed` : lines.join('. '));
  }, [text]);
  return (
    <p class="visually-hidden" role="status">
      {told}
    </p>
  );
}

/** Of one that is read not each percent is told. */
const wordOf = ({ said, place }: Shown): string =>
  `${place.name} ${said.sign === 'ring' ? said.stage : said.lines.filter(Boolean).join(' ')}`;

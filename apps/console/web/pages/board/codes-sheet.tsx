/** The codes of all bays to print and to hang up beside them: a scan of one does what it says, as the keys do. */
import { code39 } from './code-39.ts';
import { UNDO_CODE } from './codes.ts';
import { DEED_LEGEND } from './deeds.ts';
import type { Place } from './places.ts';
import { Sheet } from './sheet.tsx';

export function CodesSheet({ places, onClose }: { readonly places: readonly Place[]; readonly onClose: () => void }) {
  return (
    <Sheet title="Codes to print" name="codes-sheet" onClose={onClose}>
      <p class="codes-about">
        Each code is Code 39 and stands for the same keys. A scanner has to send Enter behind it, as most do.{' '}
        <button type="button" onClick={() => print()}>
          Print
        </button>
      </p>
      <ul class="codes" aria-label="Codes">
        <Code text={UNDO_CODE} about="undo the newest" />
        {places.flatMap(({ number, name }) =>
          DEED_LEGEND.map(([key, about]) => (
            <Code key={number + key} text={number + key} about={`${name}: ${about}`} />
          )),
        )}
      </ul>
    </Sheet>
  );
}

function Code({ text, about }: { readonly text: string; readonly about: string }) {
  const { bars, width } = code39(text);
  return (
    <li>
      <svg viewBox={`0 0 ${width} 30`} preserveAspectRatio="none" role="img" aria-label={`bar code ${text}`}>
        {bars.map((bar) => (
          <rect key={bar.x} x={bar.x} width={bar.width} height="30" />
        ))}
      </svg>
      <b>{text}</b>
      <small>{about}</small>
    </li>
  );
}

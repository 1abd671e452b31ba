/** The tiles on the floor of the screen, laid out by its size and by how wide the words are in the font that is there. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { byNeed, needing, type Shown } from './arrangement.ts';
import type { QueueEntry } from './board-answers.ts';
import { type Deed, deedsOf, isHeldOf } from './deeds.ts';
import { type Block, type Floor as FloorSize, type FloorPlan, planFloor, type WordWidths } from './floor-plan.ts';
import { DenseTile, Tile } from './tile.tsx';

/** All that may stand there, so that no state ever changes the sizes. */
const FIRST_LINES = ['SAFE', 'DO NOT', 'PUT IT', 'CHECK', 'EMPTY', 'WAIT', 'DONE', 'FAILED', '≤ 99 %', '100 %'];
const SECOND_LINES = ['TO PULL', 'TO WIPE', 'BACK', 'BAY', '00:00'];
const PROBE_PX = 100;
const SIGN_EM = 0.86;
const SCROLLS_BELOW = { widthPx: 760, heightPx: 460 };

interface FloorProps {
  readonly shown: readonly Shown[];
  readonly queue: readonly QueueEntry[];
  readonly selected: string | undefined;
  readonly onOpen: (number: string, deed?: Deed) => void;
}

export function Floor({ shown, queue, selected, onOpen }: FloorProps) {
  const ref = useRef<HTMLDivElement>(null);
  const sizes = useSizes(ref);
  const plan = sizes && planFloor(shown.length, needing(shown), sizes.floor, sizes.words);
  return (
    <div class="floor" ref={ref}>
      <Probe />
      {plan ? <Blocks plan={plan} {...{ shown, queue, selected, onOpen }} /> : null}
    </div>
  );
}

function Blocks({ plan, shown, queue, selected, onOpen }: FloorProps & { readonly plan: FloorPlan }) {
  const { large, dense } = plan.dense ? byNeed(shown, plan.large.tiles) : { large: shown, dense: [] };
  const largeName = plan.dense ? 'Bays that need a person, or may be taken' : 'Bays';
  return (
    <>
      {large.length > 0 ? (
        <ol class={`block ${plan.form}`} style={styleOf(plan.large)} aria-label={largeName}>
          {large.map(({ place, said }) => (
            <Tile
              key={keyOf({ place, said })}
              {...{ place, said, onOpen }}
              deeds={deedsOf(place, queue)}
              isHeld={isHeldOf(place.disk, queue)}
              isSelected={selected === place.number}
            />
          ))}
        </ol>
      ) : null}
      {plan.dense && dense.length > 0 ? (
        <ol class="block dense-block" style={styleOf(plan.dense)} aria-label="All other bays">
          {dense.map(({ place, said }) => (
            <DenseTile
              key={keyOf({ place, said })}
              {...{ place, said, onOpen }}
              isSelected={selected === place.number}
            />
          ))}
        </ol>
      ) : null}
    </>
  );
}

const keyOf = ({ place }: Shown): string => `${place.number} ${place.bay ?? place.path}`;

const styleOf = ({ columns, rows, wordPx, unit, textLines, heightPx }: Block): Record<string, string> => ({
  '--columns': String(columns),
  '--rows': String(rows),
  '--word': `${wordPx}px`,
  '--unit': String(unit),
  '--text-lines': String(textLines),
  ...(heightPx === undefined ? {} : { height: `${heightPx}px` }),
});

interface Sizes {
  readonly floor: FloorSize;
  readonly words: WordWidths;
}

function useSizes(ref: { readonly current: HTMLDivElement | null }): Sizes | undefined {
  const [sizes, setSizes] = useState<Sizes>();
  useLayoutEffect(() => {
    const floor = ref.current;
    if (!floor) return undefined;
    const measure = (): void => {
      const { clientWidth: widthPx, clientHeight: heightPx } = floor;
      const scrolls = innerWidth < SCROLLS_BELOW.widthPx || innerHeight < SCROLLS_BELOW.heightPx;
      setSizes({ floor: { widthPx, heightPx: scrolls ? undefined : heightPx }, words: wordsIn(floor) });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(floor);
    return () => observer.disconnect();
  }, [ref]);
  return sizes;
}

const Probe = () => (
  <div class="probe" aria-hidden="true">
    {[...FIRST_LINES, ...SECOND_LINES].map((line) => (
      <span key={line} class="word">
        {line}
      </span>
    ))}
  </div>
);

function wordsIn(floor: HTMLElement): WordWidths {
  const widths = [...floor.querySelectorAll('.probe .word')].map(
    (word) => word.getBoundingClientRect().width / PROBE_PX,
  );
  const first = Math.max(...widths.slice(0, FIRST_LINES.length));
  return { firstEm: first + SIGN_EM, secondEm: Math.max(...widths.slice(FIRST_LINES.length)) };
}

/** A place on the board: one huge word, a shape, a time of day; below it which disk of which car, and the keys for what may be done. */
import { NONE } from '../../kit/figures.ts';
import type { Shown } from './arrangement.ts';
import type { Deed } from './deeds.ts';
import { useFindings } from './findings.ts';
import { hardwareText, sentenceFrom, verdictText } from './said.ts';
import { Sign } from './sign.tsx';

interface TileProps extends Shown {
  readonly deeds: readonly Deed[];
  readonly isHeld: boolean;
  readonly isSelected: boolean;
  readonly onOpen: (number: string, deed?: Deed) => void;
}

export function Tile({ place, said, deeds, isHeld, isSelected, onOpen }: TileProps) {
  const { number, name, disk } = place;
  const trouble = troubleOf(place);
  const [worst] = useFindings(disk, 1);
  return (
    <li class={`tile ${said.tone} ${said.sign} ${isSelected ? 'selected' : ''}`} data-number={number}>
      <button type="button" class="tile-face" data-open={number} onClick={() => onOpen(number)}>
        <span class="tile-head">
          <kbd>{number}</kbd>
          <b class="tile-name">{name}</b>
          <span class="tile-car">{carText(place)}</span>
        </span>
        <Words said={said} />
        <span class="tile-stage">
          <b>{isHeld ? `${said.stage}, held` : said.stage}</b>
          {said.clock && !said.isClockBig ? <span>{`${said.clock.label} ${said.clock.face}`}</span> : null}
        </span>
        <span class={`tile-text ${trouble || worst ? 'marked' : ''}`}>
          {trouble ?? textOf(place, said.text, worst)}
        </span>
      </button>
      <span class="tile-foot">
        <span class="tile-disk">{disk && place.bay !== null ? hardwareText(disk) : place.path}</span>
        <span class="tile-keys">
          {deeds
            .filter(({ hindrance }) => hindrance === undefined)
            .map((deed) => (
              <button
                key={deed.key}
                type="button"
                aria-label={`${deed.name}, ${name}`}
                onClick={() => onOpen(number, deed)}
              >
                <kbd>{deed.key}</kbd>
              </button>
            ))}
        </span>
      </span>
    </li>
  );
}

export function DenseTile({ place, said, isSelected, onOpen }: Omit<TileProps, 'deeds' | 'isHeld'>) {
  const { number, name } = place;
  return (
    <li class={`tile dense ${said.tone} ${said.sign} ${isSelected ? 'selected' : ''}`} data-number={number}>
      <button type="button" class="tile-face" data-open={number} onClick={() => onOpen(number)}>
        <span class="tile-head">
          <kbd>{number}</kbd> <span class="tile-name">{name}</span>
        </span>
        <span class="tile-line">
          <Sign said={said} />
          <b>{said.lines.filter(Boolean).join(' ')}</b>
          {said.isClockBig ? <span>{said.clock?.face}</span> : null}
        </span>
      </button>
    </li>
  );
}

function Words({ said }: { readonly said: Shown['said'] }) {
  const [first, second = ''] = said.lines;
  return (
    <span class="words">
      <span class="word">
        {first} <Sign said={said} />
      </span>
      {said.isClockBig && said.clock ? (
        <span class="word-clock">
          <small>{said.clock.label}</small>
          <span class={said.clock.face.length > 5 ? 'word long' : 'word'}>{said.clock.face}</span>
        </span>
      ) : (
        <span class="word">{second}</span>
      )}
      {said.share === null ? null : <Bar share={said.share} />}
    </span>
  );
}

const Bar = ({ share }: { readonly share: number }) => (
  <svg class="tile-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
    <rect width={100 * share} height="1" />
  </svg>
);

/** What is wrong with the disk itself goes before everything else. */
export function troubleOf({ disk }: Shown['place']): string | undefined {
  if (disk?.health?.verdict === 'failing') return `▲ Failing disk: ${disk.health.text}`;
  return disk?.warning ? `▲ ${disk.warning}` : undefined;
}

const carText = ({ vehicleIds, disk }: Shown['place']): string =>
  vehicleIds.length > 0 ? vehicleIds.join(', ') : disk ? 'unknown car' : '';

function textOf({ disk }: Shown['place'], text: string, worst: string | undefined): string {
  const verdict = disk ? verdictText(disk) : null;
  if (worst !== undefined) return `▲ ${verdict ?? 'Drive'}: ${worst}`;
  return (
    [verdict, text]
      .filter(Boolean)
      .map((one) => sentenceFrom(one ?? ''))
      .join('. ') || NONE
  );
}

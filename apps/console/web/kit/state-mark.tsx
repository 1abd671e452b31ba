/** A state as a word and a shape: a disc that fills on the way to the catalog, a tick for a receipt, a triangle for trouble. */
import './state-mark.css';

const WAY = ['docked', 'staged', 'chunked', 'shipped', 'landed', 'indexed'];
const RING = 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5z';
const DISC = 'M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14z';
const TICK = 'M4.8 8.3l2.2 2.2l4.2-4.8';
const TRIANGLE = 'M8 1.9l6.6 12.2h-13.2z';

type Look = 'filled' | 'line' | 'cut';
interface Shape {
  readonly tone: 'going' | 'good' | 'calm' | 'bad';
  readonly paths: readonly (readonly [string, Look])[];
}

const SHAPES = new Map<string, Shape>([
  [
    'receipted',
    {
      tone: 'good',
      paths: [
        [DISC, 'filled'],
        [TICK, 'cut'],
      ],
    },
  ],
  [
    'retired',
    {
      tone: 'calm',
      paths: [
        [RING, 'line'],
        [TICK, 'line'],
      ],
    },
  ],
  [
    'quarantined',
    {
      tone: 'bad',
      paths: [
        [TRIANGLE, 'filled'],
        ['M8 6v4M8 12v.4', 'cut'],
      ],
    },
  ],
  [
    'pulled-early',
    {
      tone: 'bad',
      paths: [
        [TRIANGLE, 'line'],
        ['M8 6.5v3.6M8 12v.3', 'line'],
      ],
    },
  ],
  [
    'lost',
    {
      tone: 'bad',
      paths: [
        [TRIANGLE, 'filled'],
        ['M8 6v4M8 12v.4', 'cut'],
      ],
    },
  ],
]);
const UNKNOWN: Shape = { tone: 'calm', paths: [['M8 1.5l6.5 6.5l-6.5 6.5l-6.5-6.5z', 'line']] };

export const KNOWN_STATES = [...WAY, ...SHAPES.keys()];

/** @param state any text; one that is not known gets a diamond */
export function StateMark({ state }: { readonly state: string }) {
  const { tone, paths } = shapeOf(state);
  return (
    <span class={`state ${tone}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {paths.map(([path, look]) => (
          <path key={path} d={path} class={look} />
        ))}
      </svg>
      <span title={state}>{state}</span>
    </span>
  );
}

function shapeOf(state: string): Shape {
  const step = WAY.indexOf(state);
  if (step < 0) return SHAPES.get(state) ?? UNKNOWN;
  return { tone: 'going', paths: [[RING, 'line'], ...wedge(step / (WAY.length - 1))] };
}

/** @param share from 0 to 1, clockwise from the top */
function wedge(share: number): (readonly [string, Look])[] {
  if (share <= 0) return [];
  if (share >= 1) return [[DISC, 'filled']];
  const [x, y] = [8 + 6 * Math.sin(2 * Math.PI * share), 8 - 6 * Math.cos(2 * Math.PI * share)];
  return [[`M8 8V2A6 6 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}z`, 'filled']];
}

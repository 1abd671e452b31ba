/** The shapes of the board: each state has its own outline, so that it is known without its colour and before its word. */
import type { Said, Sign as SignName } from './said.ts';

const STROKES: Readonly<
  Record<SignName, readonly (readonly [path: string, look: 'fill' | 'line' | 'dash' | 'cut'])[]>
> = {
  slot: [['M4 4h16v16h-16z', 'dash']],
  hourglass: [
    ['M5 3h14M5 21h14', 'line'],
    ['M6.5 3.5h11l-5.5 8.5zM12 12l5.5 8.5h-11z', 'fill'],
  ],
  ring: [['M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18z', 'line']],
  eject: [
    ['M12 3l9 11h-18z', 'fill'],
    ['M3 17h18v4h-18z', 'fill'],
  ],
  stop: [
    ['M8 2h8l6 6v8l-6 6h-8l-6-6v-8z', 'fill'],
    ['M6.5 12h11', 'cut'],
  ],
  ticks: [
    ['M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0-21z', 'fill'],
    ['M4.8 12.4l3.2 3.4l5-6.4M12.2 15.4l.6 .5l6-7', 'cut'],
  ],
  return: [
    ['M12 15l-9-9h5v-4h8v4h5z', 'fill'],
    ['M3 17h18v4h-18z', 'fill'],
  ],
  look: [
    ['M12 2l11 20h-22z', 'fill'],
    ['M12 9v6M12 17.6v1.6', 'cut'],
  ],
};

export function Sign({ said: { sign, share } }: { readonly said: Pick<Said, 'sign' | 'share'> }) {
  return (
    <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
      {STROKES[sign].map(([path, look]) => (
        <path key={path} d={path} class={look} />
      ))}
      {sign === 'ring' ? <path d={wedge(share ?? 0)} class="fill" /> : null}
    </svg>
  );
}

/** @param share from 0 to 1, clockwise from the top */
function wedge(share: number): string {
  if (share <= 0) return '';
  if (share >= 1) return 'M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16z';
  const [x, y] = [12 + 8 * Math.sin(2 * Math.PI * share), 12 - 8 * Math.cos(2 * Math.PI * share)];
  return `M12 12V4A8 8 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}z`;
}

/** What the bars and marks of the timeline mean: a shape and a word each. */
import { LOOKS, WORDS } from './looks.ts';

export const Legend = () => (
  <ul class="legend" aria-label="Legend">
    {LOOKS.map((look) => (
      <li key={look}>
        <span class={`swatch swatch-${look}`} aria-hidden="true" /> {WORDS[look]}
      </li>
    ))}
    <li>
      <span class="swatch swatch-broken" aria-hidden="true" /> with gaps too short to see here
    </li>
    <li>
      <svg viewBox="0 0 14 14" class="mark-event" aria-hidden="true">
        <path d="M7 1l6 6l-6 6l-6-6z" />
      </svg>{' '}
      event
    </li>
    <li>
      <svg viewBox="0 0 14 14" class="mark-finding" aria-hidden="true">
        <path d="M7 1l6.5 12h-13z" />
      </svg>{' '}
      finding
    </li>
  </ul>
);

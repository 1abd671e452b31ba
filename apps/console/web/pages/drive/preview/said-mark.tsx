/** On a frame of which the verdict says something: a triangle and the word. */
import type { SaidOfFrame } from './said-of-frames.ts';

export const SaidMark = ({ said: { word, text } }: { readonly said: SaidOfFrame }) => (
  <span class="said" title={text}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 1.9l6.6 12.2h-13.2z" />
    </svg>
    {word}
  </span>
);

/** A part of a page: its heading, what stands beside it, and what is in it, one below another. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './part.css';

interface PartProps {
  readonly title: ComponentChildren;
  /** The heading of the page itself, where it is that of this part. */
  readonly isFirst?: boolean;
  /** Choices, or a legend. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Part({ title, isFirst = false, aside, children }: PartProps) {
  const id = useId();
  return (
    <section class="part" aria-labelledby={id}>
      <header class="part-head">
        {isFirst ? <h1 id={id}>{title}</h1> : <h2 id={id}>{title}</h2>}
        {aside}
      </header>
      {children}
    </section>
  );
}

/** What stands where nothing can be shown yet: waiting, empty, or a fault with what to do. */
import type { ComponentChildren } from 'preact';
import { NONE } from './figures.ts';
import type { Answer } from './use-answer.ts';

export const Quiet = ({ children, isBad = false }: { children: ComponentChildren; isBad?: boolean }) => (
  <div class={`quiet ${isBad ? 'bad' : ''}`} role={isBad ? 'alert' : undefined}>
    {children}
  </div>
);

interface ShownProps<Value> {
  readonly answer: Answer<Value>;
  /** What is being waited for: `the drives`. */
  readonly what: string;
  readonly children: (value: Value) => ComponentChildren;
}

/** An answer once it is there; an older one stays while a newer is waited for, or could not be had. */
export function Shown<Value>({ answer, what, children }: ShownProps<Value>) {
  const { value, fault, renew } = answer;
  if (value !== undefined) return <>{children(value)}</>;
  if (!fault) return <Quiet>Reading {what}…</Quiet>;
  return (
    <Quiet isBad>
      <p>
        <strong>Could not read {what}.</strong> {fault.message || NONE}
      </p>
      <p>
        <button type="button" onClick={renew}>
          Try again
        </button>
      </p>
    </Quiet>
  );
}

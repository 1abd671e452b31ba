/**
 * Parts of a page that ask at once and show themselves from the top down: each as soon as those above it have their answer, so
 * that none pushes away what somebody reads.
 */
import { type ComponentChildren, createContext, toChildArray } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import './in-order.css';

const Turn = createContext<() => void>(() => undefined);

export function InOrder({ children }: { readonly children: ComponentChildren }) {
  const [settled, setSettled] = useState<ReadonlySet<number>>(new Set());
  const parts = toChildArray(children);
  const current = parts.findIndex((_, at) => !settled.has(at));
  return (
    <div class="in-order">
      {parts.map((part, at) => (
        <Turn.Provider key={at} value={() => setSettled((before) => new Set([...before, at]))}>
          <div hidden={current >= 0 && at > current}>{part}</div>
        </Turn.Provider>
      ))}
    </div>
  );
}

/** A part says that it has its answer, or a fault. What it asks later makes it wait no more. */
export function useTurn(isSettled: boolean): void {
  const tell = useContext(Turn);
  useEffect(() => {
    if (isSettled) tell();
    // Who is told stays the same part's place.
  }, [isSettled]);
}

export const isSettled = ({ value, fault }: { readonly value: unknown; readonly fault: unknown }): boolean =>
  value !== undefined || fault !== undefined;

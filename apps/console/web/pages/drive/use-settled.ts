/** A value once it has stood still: what is dragged changes with each frame, and the node is not asked that often. */
import { useEffect, useState } from 'preact/hooks';

const SETTLED_AFTER_MS = 200;

export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const due = setTimeout(() => setSettled(value), SETTLED_AFTER_MS);
    return () => clearTimeout(due);
  }, [value]);
  return settled;
}

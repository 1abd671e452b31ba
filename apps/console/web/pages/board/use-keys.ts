/** Keys and scanned codes of the whole page; what is typed into a field is that field's alone. */
import { useEffect, useRef } from 'preact/hooks';
import { BURST_GAP_MS, KeyReader, type Read } from './key-reader.ts';

export function useKeys(onRead: (read: Read, atMs: number) => void): void {
  const newest = useRef(onRead);
  newest.current = onRead;
  useEffect(() => {
    const reader = new KeyReader();
    let due: ReturnType<typeof setTimeout> | undefined;
    const tell = (reads: readonly Read[], atMs: number): void => {
      for (const read of reads) newest.current(read, atMs);
    };
    const onKey = (event: KeyboardEvent): void => {
      const { key, timeStamp, ctrlKey, metaKey, altKey, repeat, target } = event;
      if (ctrlKey || metaKey || altKey || repeat || isField(target) || !(key.length === 1 || key === 'Enter')) return;
      // A button that has the focus is not pressed by the Enter of a code, nor by a space in it.
      if (reader.isHolding && (key === 'Enter' || key === ' ')) event.preventDefault();
      else if (key === ' ') return;
      tell(reader.press(key, timeStamp), timeStamp);
      clearTimeout(due);
      if (reader.isHolding) due = setTimeout(() => tell(reader.flush(performance.now()), timeStamp), BURST_GAP_MS + 5);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      clearTimeout(due);
    };
  }, []);
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

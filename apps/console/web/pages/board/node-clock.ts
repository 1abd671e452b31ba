/** The node's clock as the board reckons with it: the browser's own, set by the node's ticks; it strikes every second. */
import { computed, signal } from '@preact/signals';
import { listen } from '../../kit/live.ts';

const aheadMs = signal(0);
/** In whole seconds: nothing here is shown finer, and each stroke draws the board anew. */
const secondNow = (): number => Math.floor(Date.now() / 1000) * 1000;
const browserNowMs = signal(secondNow());

export const nodeNowMs = computed(() => browserNowMs.value + aheadMs.value);

/** Runs until what it returns is called. */
export function runClock(): () => void {
  const leave = listen(({ type, nowMs }) => {
    if (type === 'tick' && typeof nowMs === 'number') aheadMs.value = nowMs - Date.now();
  });
  const strokes = setInterval(() => (browserNowMs.value = secondNow()), 250);
  return () => {
    leave();
    clearInterval(strokes);
  };
}

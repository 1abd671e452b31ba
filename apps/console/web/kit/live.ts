/**
 * What the node says by itself: its events, caught up after a lost connection by the browser's Last-Event-ID, and how old its
 * newest word is. One connection for all pages.
 */
import { computed, signal } from '@preact/signals';

const RECONNECT_MS = 3_000;
/** The node says something every five seconds: three missed. */
const STALE_MS = 16_000;
const EVENT_TYPES = [
  'progress',
  'staged',
  'drive',
  'verdict',
  'done',
  'failed',
  'action',
  'bays',
  'tick',
  'reset',
] as const;

export type LiveType = (typeof EVENT_TYPES)[number];
export interface LiveEvent {
  readonly type: LiveType;
  readonly [field: string]: unknown;
}
type Listener = (event: LiveEvent) => void;

const listeners = new Set<Listener>();
const heardAtMs = signal<number | undefined>(undefined);
const nowMs = signal(performance.now());
const isOpen = signal(false);

/** Milliseconds since the node's last word; undefined before the first. */
export const silenceMs = computed(() => {
  const heard = heardAtMs.value;
  return heard === undefined ? undefined : Math.max(0, nowMs.value - heard);
});

export const linkWord = computed<'connecting' | 'live' | 'away'>(() => {
  const silence = silenceMs.value;
  if (silence === undefined) return nowMs.value > STALE_MS ? 'away' : 'connecting';
  return isOpen.value && silence <= STALE_MS ? 'live' : 'away';
});

export const isStale = computed(() => linkWord.value === 'away');

/** Calls the listener with each event from now on; the answer ends it. `reset`: what was missed is gone, ask everything anew. */
export function listen(listener: Listener): () => void {
  if (listeners.size === 0) start();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let hasStarted = false;
function start(): void {
  if (hasStarted) return;
  hasStarted = true;
  setInterval(() => (nowMs.value = performance.now()), 1000);
  open();
}

/** @param isAnew it does not know where an earlier one ended */
function open(isAnew = false): void {
  const source = new EventSource('/v1/garage/events');
  source.addEventListener('open', () => {
    isOpen.value = true;
    hear();
    if (isAnew) tell({ type: 'reset' });
    isAnew = false;
  });
  source.addEventListener('error', () => {
    isOpen.value = false;
    // The browser tries again by itself, except after an answer that is no event stream.
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(() => open(true), RECONNECT_MS);
  });
  for (const type of EVENT_TYPES) {
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      hear();
      tell({ ...(JSON.parse(data) as object), type });
    });
  }
}

function tell(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}

function hear(): void {
  heardAtMs.value = performance.now();
  nowMs.value = performance.now();
}

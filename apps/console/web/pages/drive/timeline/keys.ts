/** The timeline by keyboard: what a key does to the stretch that is seen and to the selection. */
import type { Span } from '../span.ts';
import { moved, spanBetween, zoomed } from './time-scale.ts';

export interface Keyed {
  readonly drive: Span;
  readonly visible: Span;
  readonly selection: Span | undefined;
  /** Where one would begin to select without a selection. */
  readonly cursorNs: bigint | undefined;
}

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export type KeyedChange = { readonly show: Span | undefined } | { readonly select: Span | undefined };

/** Of what is seen: one press moves the selection so far. */
const STEP_SHARE = 0.02;
const STEP_IN = 0.5;

export const KEYS: readonly (readonly [string, string])[] = [
  ['← →', 'move the selection, or what is seen where nothing is selected'],
  ['Shift ← →', 'move the end of the selection, or begin one'],
  ['Alt ← →', 'move its start'],
  ['↑ ↓', 'go through the topics'],
  ['+ −', 'zoom in and out'],
  ['0', 'show the whole drive'],
  ['S', 'show the selection'],
  ['Home End', 'show the start or the end'],
  ['Esc', 'select nothing'],
];

/** Undefined for a key that means nothing here. */
export function changeBy({ key, shiftKey, altKey }: Key, at: Keyed): KeyedChange | undefined {
  const { drive, visible, selection } = at;
  const middle = selection ? (selection.startNs + selection.endNs) / 2n : (visible.startNs + visible.endNs) / 2n;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return arrow(key === 'ArrowLeft' ? -1 : 1, shiftKey, altKey, at);
    case '+':
    case '=':
      return { show: zoomed(visible, STEP_IN, middle, drive) };
    case '-':
    case '_':
      return { show: zoomed(visible, 1 / STEP_IN, middle, drive) };
    case '0':
      return { show: undefined };
    case 's':
    case 'S':
      return selection && { show: around(selection, drive) };
    case 'Home':
      return { show: { startNs: drive.startNs, endNs: drive.startNs + visible.endNs - visible.startNs } };
    case 'End':
      return { show: { startNs: drive.endNs - (visible.endNs - visible.startNs), endNs: drive.endNs } };
    case 'Escape':
      return selection && { select: undefined };
    default:
      return undefined;
  }
}

/** A selection with some of what lies beside it. */
export const around = (selection: Span, drive: Span): Span =>
  zoomed(selection, 1.2, (selection.startNs + selection.endNs) / 2n, drive);

function arrow(direction: -1 | 1, shift: boolean, alt: boolean, at: Keyed): KeyedChange | undefined {
  const { drive, visible, selection, cursorNs } = at;
  const step =
    BigInt(Math.max(1, Math.round(Number(visible.endNs - visible.startNs) * STEP_SHARE))) * BigInt(direction);
  if (!selection) {
    if (!shift && !alt) return { show: moved(visible, direction * STEP_SHARE * 5, drive) };
    const from = cursorNs ?? (visible.startNs + visible.endNs) / 2n;
    return { select: spanBetween(from, from + step, drive) };
  }
  const { startNs, endNs } = selection;
  if (shift) return { select: spanBetween(startNs, endNs + step, drive) ?? selection };
  if (alt) return { select: spanBetween(startNs + step, endNs, drive) ?? selection };
  const start = startNs + step;
  if (start < drive.startNs || endNs + step > drive.endNs) {
    const length = endNs - startNs;
    const first = direction < 0 ? drive.startNs : drive.endNs - length;
    return { select: { startNs: first, endNs: first + length } };
  }
  return { select: { startNs: start, endNs: endNs + step } };
}

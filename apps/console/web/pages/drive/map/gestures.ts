/**
 * What hands do on the map: a drag moves it, two fingers or the wheel with Ctrl zoom it, a drag with Shift (or in the mode for it)
 * draws a box, a pointer that only passes says where it is. The page scrolls as ever when a finger or a wheel goes up or down.
 */
import type { Point } from './projection.ts';

export interface Handling {
  /** Whether a drag draws a box, without Shift too. */
  readonly drawsBox: () => boolean;
  readonly move: (rightPx: number, downPx: number) => void;
  readonly zoom: (pixel: Point, factor: number) => void;
  /** Undefined when the pointer has left. */
  readonly hover: (pixel: Point | undefined) => void;
  /** While it is drawn; then once with `isDone`. */
  readonly box: (corners: readonly [Point, Point] | undefined, isDone: boolean) => void;
}

const WHEEL_STEP = 0.0022;
/** A press that moves less is a press. */
const STILL_PX = 4;

/** @returns what ends it */
export function handle(element: HTMLElement, handling: Handling): () => void {
  const held = new Map<number, Point>();
  let boxFrom: Point | undefined;
  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const down = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    boxFrom = held.size === 1 && (event.shiftKey || handling.drawsBox()) ? at(event) : undefined;
    if (event.pointerType !== 'mouse') handling.hover(at(event));
  };
  const moved = (event: PointerEvent): void => {
    const [now, before] = [at(event), held.get(event.pointerId)];
    if (!before) {
      if (event.pointerType === 'mouse') handling.hover(now);
      return;
    }
    held.set(event.pointerId, now);
    if (boxFrom) return handling.box([boxFrom, now], false);
    if (held.size === 1) return handling.move(now.x - before.x, now.y - before.y);
    pinch([...held.entries()].find(([id]) => id !== event.pointerId)?.[1] ?? before, before, now);
  };
  const pinch = (other: Point, before: Point, now: Point): void => {
    const [was, is] = [
      Math.hypot(before.x - other.x, before.y - other.y),
      Math.hypot(now.x - other.x, now.y - other.y),
    ];
    handling.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    if (was > 0 && is > 0) handling.zoom({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, is / was);
  };
  const up = (event: PointerEvent): void => {
    if (!held.delete(event.pointerId) || !boxFrom) return;
    const corners = [boxFrom, at(event)] as const;
    boxFrom = undefined;
    const isDrawn = Math.hypot(corners[1].x - corners[0].x, corners[1].y - corners[0].y) >= STILL_PX;
    handling.box(event.type === 'pointerup' && isDrawn ? corners : undefined, true);
  };
  const left = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && held.size === 0) handling.hover(undefined);
  };
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    handling.zoom(at(event), Math.exp(-event.deltaY * lines * WHEEL_STEP));
  };
  const doubled = (event: MouseEvent): void => handling.zoom(at(event), event.shiftKey ? 1 / 2 : 2);
  const ends = [
    on(element, 'pointerdown', down),
    on(element, 'pointermove', moved),
    on(element, 'pointerup', up),
    on(element, 'pointercancel', up),
    on(element, 'pointerleave', left),
    on(element, 'dblclick', doubled),
    on(element, 'wheel', wheel, { passive: false }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function on<Name extends keyof HTMLElementEventMap>(
  element: HTMLElement,
  name: Name,
  listener: (event: HTMLElementEventMap[Name]) => void,
  options?: AddEventListenerOptions,
): () => void {
  element.addEventListener(name, listener, options);
  return () => element.removeEventListener(name, listener, options);
}

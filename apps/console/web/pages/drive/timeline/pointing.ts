/** The timeline by mouse, pen and finger: drag to select, drag an edge to move it, click to ask, wheel to zoom or to move on. */
import type { DriveView, Span } from '../view-state.ts';
import { moved, spanBetween, type TimeScale, timeScale, zoomed } from './time-scale.ts';

/** A finger that moved less has pressed. */
const DRAG_PX = 4;
const EDGE_PX = 6;
/** A notch of a wheel is 100 pixels in most browsers. */
const ZOOM_A_PIXEL = 1.0025;
const LINE_PX = 16;

export interface Pointing {
  /** Pressed and let go at one place: x and y on the element. */
  readonly onPress: (x: number, y: number, scale: TimeScale) => void;
  /** Whether a plain wheel zooms; else only with Ctrl or ⌘, so that pages can be scrolled over it. */
  readonly isWheelPlain: boolean;
}

/** @returns what ends it */
export function pointAt(element: HTMLElement, view: DriveView, { onPress, isWheelPlain }: Pointing): () => void {
  let drag:
    | { readonly pointerId: number; readonly x: number; readonly anchorNs: bigint; isMoving: boolean }
    | undefined;
  const scaleNow = (): TimeScale | undefined =>
    view.visible.value && timeScale(view.visible.value, element.clientWidth);
  const xOf = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;

  const onDown = (event: PointerEvent) => {
    const scale = scaleNow();
    if (!scale || event.button !== 0) return;
    const x = xOf(event);
    drag = { pointerId: event.pointerId, x, anchorNs: anchorAt(x, scale, view.selection.value), isMoving: false };
    element.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent) => {
    const [scale, drive] = [scaleNow(), view.drive.value];
    if (!scale || !drive) return;
    const x = xOf(event);
    view.cursorNs.value = clamped(scale.timeAt(x), scale.span);
    element.style.cursor = edgeAt(x, scale, view.selection.value) || drag?.isMoving ? 'ew-resize' : '';
    if (drag?.pointerId !== event.pointerId) return;
    drag.isMoving ||= Math.abs(x - drag.x) >= DRAG_PX;
    if (drag.isMoving) view.selection.value = spanBetween(drag.anchorNs, clamped(scale.timeAt(x), scale.span), drive);
  };
  const onUp = (event: PointerEvent) => {
    const [scale, ended] = [scaleNow(), drag];
    drag = undefined;
    if (!scale || ended?.pointerId !== event.pointerId || ended.isMoving) return;
    onPress(xOf(event), event.clientY - element.getBoundingClientRect().top, scale);
  };
  const onCancel = () => (drag = undefined);
  const onLeave = () => (view.cursorNs.value = undefined);
  const onWheel = (event: WheelEvent) => {
    const [scale, drive] = [scaleNow(), view.drive.value];
    if (!scale || !drive) return;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (!event.shiftKey && (event.ctrlKey || event.metaKey || isWheelPlain) && event.deltaY !== 0) {
      event.preventDefault();
      const about = scale.timeAt(xOf(event));
      view.cursorNs.value = about;
      view.show(zoomed(scale.span, ZOOM_A_PIXEL ** (event.deltaY * unit), about, drive));
    } else if (Math.abs(sideways) > 0 && (event.shiftKey || Math.abs(sideways) > Math.abs(event.deltaY))) {
      event.preventDefault();
      view.show(moved(scale.span, (sideways * unit) / scale.widthPx, drive));
    }
  };

  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onCancel, { signal });
  element.addEventListener('pointerleave', onLeave, { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  return () => stop.abort();
}

function clamped(timeNs: bigint, { startNs, endNs }: Span): bigint {
  return timeNs < startNs ? startNs : timeNs > endNs ? endNs : timeNs;
}

/** What stays where it is while the pointer moves: the other edge of the selection, or where it went down. */
function anchorAt(x: number, scale: TimeScale, selection: Span | undefined): bigint {
  const edge = edgeAt(x, scale, selection);
  if (!edge || !selection) return clamped(scale.timeAt(x), scale.span);
  return edge === 'start' ? selection.endNs : selection.startNs;
}

function edgeAt(x: number, scale: TimeScale, selection: Span | undefined): 'start' | 'end' | undefined {
  if (!selection) return undefined;
  const [start, end] = [scale.xOf(selection.startNs), scale.xOf(selection.endNs)].map((at) => Math.abs(at - x));
  if ((end as number) <= EDGE_PX && (end as number) <= (start as number)) return 'end';
  return (start as number) <= EDGE_PX ? 'start' : undefined;
}

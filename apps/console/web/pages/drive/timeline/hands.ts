/** What hands do on the timeline: on the ruler, on the lanes, and on the keyboard. */
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { changeBy } from './keys.ts';
import { LANE_PX, LANES_SEEN_MAX } from './lane-size.ts';
import { runAt } from './lanes.ts';
import { markAt, marksOf } from './marks.ts';
import type { Painted } from './painting.ts';
import type { Picked } from './picked.tsx';
import { pointAt } from './pointing.ts';

const NEAR_PX = 4;

export interface Hands {
  readonly painted: Painted;
  /** The topic that the keyboard is at. */
  readonly active: Signal<string | undefined>;
  readonly onPick: (picked: Picked | undefined) => void;
}

interface Places {
  readonly ruler: RefObject<HTMLElement | null>;
  readonly tracks: RefObject<HTMLElement | null>;
}

export function usePointing({ ruler, tracks }: Places, { painted, active, onPick }: Hands): void {
  useEffect(() => {
    const { view, shown, originNs, happenings, scrollPx } = painted;
    if (!ruler.current || !tracks.current) return undefined;
    const stops = [
      pointAt(ruler.current, view, {
        isWheelPlain: true,
        onPress: (x, _y, scale) => {
          const mark = markAt(marksOf(happenings, scale, 1), x, 1);
          onPick(mark && { kind: 'mark', mark });
        },
      }),
      pointAt(tracks.current, view, {
        isWheelPlain: false,
        onPress: (x, y, scale) => {
          const lane = shown[Math.floor((y + scrollPx.value) / LANE_PX)];
          const near = Number(scale.timeAt(NEAR_PX) - scale.timeAt(0));
          const run = lane && runAt(lane, originNs, scale.timeAt(x), near);
          if (lane) active.value = lane.topic;
          onPick(run && { kind: 'run', run });
        },
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [ruler, tracks, painted, active, onPick]);
}

/** Keys that mean nothing here do what they always do. */
export function onKey(event: KeyboardEvent, box: HTMLElement, { painted, active, onPick }: Hands): void {
  const { view, shown, originNs } = painted;
  const [drive, visible, selection] = [view.drive.value, view.visible.value, view.selection.value];
  if (!drive || !visible || event.ctrlKey || event.metaKey || event.target !== box) return;
  const at = shown.findIndex(({ topic }) => topic === active.value);
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = Math.min(shown.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)));
    active.value = shown[next]?.topic;
    box.scrollTo({ top: (next - LANES_SEEN_MAX / 2) * LANE_PX });
  } else if (event.key === 'Enter') {
    const lane = shown[at];
    const moment = selection?.startNs ?? (visible.startNs + visible.endNs) / 2n;
    const near = Number(visible.endNs - visible.startNs);
    const run = lane && (runAt(lane, originNs, moment, 0) ?? runAt(lane, originNs, moment, near));
    onPick(run && { kind: 'run', run });
  } else {
    const change = changeBy(event, { drive, visible, selection, cursorNs: view.cursorNs.value });
    if (!change) return;
    if ('show' in change) view.show(change.show);
    else view.selection.value = change.select;
  }
  event.preventDefault();
}

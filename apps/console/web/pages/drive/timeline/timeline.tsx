/** The coverage timeline: a lane a topic, what happened above them, one selection for all of the page. */
import { useComputed, useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { foundTopics } from '../find-topics.ts';
import type { DriveView } from '../view-state.ts';
import { Drawn } from './drawn.tsx';
import { onKey, usePointing } from './hands.ts';
import { LaneNames } from './lane-names.tsx';
import { LANE_PX, LANES_SEEN_MAX } from './lane-size.ts';
import type { Lanes } from './lanes.ts';
import type { Happening } from './marks.ts';
import { Overlay } from './overlay.tsx';
import { paintLanes, paintRuler } from './painting.ts';
import type { Picked } from './picked.tsx';
import { lengthText, momentText } from './ticks.ts';
import './timeline.css';

interface TimelineProps {
  readonly view: DriveView;
  readonly lanes: Lanes;
  readonly happenings: readonly Happening[];
  readonly onPick: (picked: Picked | undefined) => void;
}

export function Timeline({ view, lanes, happenings, onPick }: TimelineProps) {
  const scrollPx = useSignal(0);
  const active = useSignal<string | undefined>(undefined);
  const [ruler, tracks, box] = [
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
  ];
  const find = view.find.value;
  const painted = useMemo(() => {
    const names = lanes.lanes.map(({ topic }) => topic);
    const found = new Set(foundTopics(find, names));
    const shown = lanes.lanes.filter(({ topic }) => found.has(topic));
    return { view, shown, originNs: lanes.originNs, scrollPx, happenings };
  }, [view, lanes, find, scrollPx, happenings]);
  const hands = { painted, active, onPick };
  usePointing({ ruler, tracks }, hands);
  const on = useMemo(() => [view.visible, view.topics, scrollPx], [view, scrollPx]);
  const { shown } = painted;
  const lanesSeen = Math.max(1, shown.length);
  return (
    <div class="timeline">
      <div class="ruler-row">
        <div class="lane-corner">
          <Seen view={view} />
        </div>
        <div class="ruler" ref={ruler}>
          <Drawn class="ruler-canvas" draw={(sheet) => paintRuler(sheet, painted)} on={on} />
        </div>
      </div>
      {/* A timeline is no role that readers know: its keys are its own, the table below says the same in words. */}
      <div
        class="lanes"
        ref={box}
        role="application"
        aria-label="Coverage timeline"
        aria-describedby="timeline-keys timeline-said"
        tabIndex={0}
        style={{ maxHeight: `${LANES_SEEN_MAX * LANE_PX}px` }}
        onScroll={({ currentTarget }) => (scrollPx.value = currentTarget.scrollTop)}
        onKeyDown={(event) => onKey(event, event.currentTarget, hands)}
      >
        <div class="lanes-all" style={{ height: `${lanesSeen * LANE_PX}px` }}>
          <LaneNames view={view} topics={shown.map(({ topic }) => topic)} scrollPx={scrollPx} active={active} />
          <div class="tracks" ref={tracks} style={{ height: `${Math.min(LANES_SEEN_MAX, lanesSeen) * LANE_PX}px` }}>
            <Drawn class="tracks-canvas" draw={(sheet) => paintLanes(sheet, painted)} on={on} />
            <Overlay view={view} />
          </div>
        </div>
        {shown.length === 0 ? <p class="lanes-none">No topic has “{find}” in its name.</p> : null}
      </div>
      <Said view={view} active={active.value} />
    </div>
  );
}

/** How much is seen, so that nobody has to reckon from the ruler. */
function Seen({ view }: { readonly view: DriveView }) {
  const visible = view.visible.value;
  return <span>{visible ? `${lengthText(visible.endNs - visible.startNs)} shown` : ''}</span>;
}

/** For whoever hears the page. */
function Said({ view, active }: { readonly view: DriveView; readonly active: string | undefined }) {
  const text = useComputed(() => {
    const [selection, visible] = [view.selection.value, view.visible.value];
    if (!visible) return '';
    const shownText = `${lengthText(visible.endNs - visible.startNs)} shown.`;
    if (!selection) return `Nothing selected, ${shownText}`;
    const length = selection.endNs - selection.startNs;
    const [from, to] = [selection.startNs, selection.endNs].map((at) => momentText(at, length));
    return `Selected ${from} to ${to}, ${lengthText(length)}. ${shownText}`;
  });
  return (
    <p id="timeline-said" class="visually-hidden" role="status">
      {text.value} {active === undefined ? '' : `Topic ${active}.`}
    </p>
  );
}

/** The names of the lanes that are seen: a press chooses a topic for slices, or gives it up. The end of a long name stays in view. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { toggled } from '../find-topics.ts';
import type { DriveView } from '../view-state.ts';
import { EVERY_TOPIC } from './lanes.ts';
import { LANE_PX, LANES_SEEN_MAX } from './lane-size.ts';

/** Lanes above and below what is seen, for a quick hand. */
const SPARE = 6;
/** Of a long name so many characters at the end are never left out. */
const TAIL_CHARACTERS = 14;

interface LaneNamesProps {
  readonly view: DriveView;
  readonly topics: readonly string[];
  readonly scrollPx: ReadonlySignal<number>;
  readonly active: Signal<string | undefined>;
}

export function LaneNames({ view, topics, scrollPx, active }: LaneNamesProps) {
  const first = Math.max(0, Math.floor(scrollPx.value / LANE_PX) - SPARE);
  const chosen = view.topics.value;
  const isAnyChosen = chosen.length > 0;
  const names = useMemo(
    () => topics.filter((topic) => isAnyChosen && topic !== EVERY_TOPIC && view.isChosen(topic)),
    [topics, chosen, isAnyChosen, view],
  );
  return (
    <ul class="lane-names" aria-label="Topics">
      {topics.slice(first, first + LANES_SEEN_MAX + 2 * SPARE).map((topic, at) => (
        <li
          key={topic}
          class={topic === active.value ? 'lane-name lane-active' : 'lane-name'}
          style={{ top: `${(first + at) * LANE_PX}px` }}
        >
          {topic === EVERY_TOPIC ? (
            <span class="lane-every">all topics together</span>
          ) : (
            <label title={topic}>
              <input
                type="checkbox"
                checked={isAnyChosen && view.isChosen(topic)}
                onChange={() => (view.topics.value = toggled(topic, names))}
              />
              <Name topic={topic} />
            </label>
          )}
        </li>
      ))}
    </ul>
  );
}

const Name = ({ topic }: { readonly topic: string }) => (
  <span class="long-name">
    <span class="long-name-head">{topic.slice(0, -TAIL_CHARACTERS)}</span>
    <span class="long-name-tail">{topic.slice(-TAIL_CHARACTERS)}</span>
  </span>
);

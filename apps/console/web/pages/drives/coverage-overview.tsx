/** A lane a vehicle over the drives that are listed; it opens into its topics, and what is missing says why. */
import { useState } from 'preact/hooks';
import { counted, textFromSpan, textFromTime } from '../../kit/figures.ts';
import { Part } from '../../kit/part.tsx';
import './coverage-overview.css';
import type { Drive } from './drive-rows.ts';
import { driveHref } from './drive-table.tsx';
import { laneKey, lanesFrom, lookOf, type VehicleLane } from './lanes.ts';
import { TopicLanes } from './topic-lanes.tsx';

const LANES_SHOWN = 8;

const LEGEND = [
  ['dock', 'on the car or dock'],
  ['flight', 'in flight'],
  ['there', 'in the catalog'],
  ['lost', 'lost'],
  ['missing', 'silent'],
] as const;

export function CoverageOverview({ drives }: { readonly drives: readonly Drive[] }) {
  const [areAllShown, showAll] = useState(false);
  const lanes = lanesFrom(drives);
  const shown = areAllShown ? lanes : lanes.slice(0, LANES_SHOWN);
  return (
    <Part title="Coverage by vehicle" aside={<Legend />}>
      <ul class="overview">
        {shown.map((lane) => (
          <Lane key={lane.vehicleId} lane={lane} />
        ))}
      </ul>
      {shown.length < lanes.length ? (
        <p>
          <button type="button" onClick={() => showAll(true)}>
            {counted(lanes.length - shown.length, 'further vehicle')}
          </button>
        </p>
      ) : null}
    </Part>
  );
}

const Legend = () => (
  <ul class="overview-legend small">
    {LEGEND.map(([look, word]) => (
      <li key={look}>
        <span class={`overview-sample look-${look}`} aria-hidden="true" />
        {word}
      </li>
    ))}
  </ul>
);

function Lane({ lane }: { readonly lane: VehicleLane }) {
  const [isOpen, setOpen] = useState(false);
  const { vehicleId, blocks, olderDrives } = lane;
  return (
    <li class="overview-lane">
      <div class="overview-row">
        <button type="button" class="overview-name" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span class="twist" aria-hidden="true">
            {isOpen ? '▾' : '▸'}
          </span>
          <span class="name-line" title={vehicleId}>
            {vehicleId}
          </span>
        </button>
        <div class="overview-strip tall">
          {blocks.map((block) => (
            <a
              key={laneKey(block)}
              class={`overview-drive look-${lookOf(block.drive.state)} ${block.drive.bytesLost > 0 ? 'with-loss' : ''}`}
              style={{ left: `${block.left * 100}%`, width: `${block.width * 100}%` }}
              href={driveHref(block.drive)}
              title={sentenceOf(block.drive)}
              aria-label={sentenceOf(block.drive)}
            />
          ))}
        </div>
      </div>
      {isOpen ? <TopicLanes lane={lane} /> : null}
      {isOpen && olderDrives > 0 ? (
        <p class="small muted">
          The newest {blocks.length} drives of it; the list below has {olderDrives} more.
        </p>
      ) : null}
    </li>
  );
}

const sentenceOf = ({ vehicleId, driveId, state, startTime, endTime, bytesLost }: Drive): string =>
  `${vehicleId}, ${textFromTime(startTime)}, ${textFromSpan(startTime, endTime)}: ${state}${bytesLost > 0 ? ', with loss' : ''} (${driveId})`;

/** Of each camera the frame that is nearest to the moment; none where none is near. */
import { useRef } from 'preact/hooks';
import { textFromSeconds } from '../../../kit/figures.ts';
import { clockText } from '../moment.tsx';
import type { FindingRow } from '../rows.ts';
import type { DriveView } from '../view-state.ts';
import { type Frame, nearestFrame, reachNs } from './film.ts';
import { SaidMark } from './said-mark.tsx';
import { saidOfFrame } from './said-of-frames.ts';

interface LargeProps {
  readonly cameras: readonly (readonly [topic: string, frames: readonly Frame[]])[];
  readonly findings: readonly FindingRow[];
  readonly view: DriveView;
}

export function LargeFrames({ cameras, findings, view }: LargeProps) {
  const momentNs = useMoment(view);
  if (momentNs === undefined) return null;
  return (
    <ul class="large-frames" aria-label="Frames nearest to the moment">
      {cameras.map(([topic, frames]) => (
        <Large key={topic} topic={topic} frames={frames} findings={findings} momentNs={momentNs} />
      ))}
    </ul>
  );
}

/** The moment that was pointed at last, if it is in sight; else the middle. */
function useMoment(view: DriveView): bigint | undefined {
  const last = useRef<bigint | undefined>(undefined);
  const [cursorNs, visible] = [view.cursorNs.value, view.visible.value];
  last.current = cursorNs ?? last.current;
  const known = last.current;
  if (!visible) return known;
  const isInSight = known !== undefined && known >= visible.startNs && known < visible.endNs;
  return isInSight ? known : (visible.startNs + visible.endNs) / 2n;
}

interface OneProps extends Pick<LargeProps, 'findings'> {
  readonly topic: string;
  readonly frames: readonly Frame[];
  readonly momentNs: bigint;
}

function Large({ topic, frames, findings, momentNs }: OneProps) {
  const nearest = nearestFrame(frames, momentNs);
  const offNs = nearest ? nearest.timeNs - momentNs : 0n;
  const isNear = nearest && (offNs < 0n ? -offNs : offNs) <= reachNs(frames);
  const said = isNear ? saidOfFrame(findings, topic, nearest.timeNs) : undefined;
  return (
    <li>
      <figure>
        <div class="large-picture">
          {isNear ? (
            <img src={nearest.url} alt={`${topic} at ${clockText(nearest.timeNs)}`} />
          ) : (
            <p>
              No frame near {clockText(momentNs)}
              {nearest ? `; the nearest is ${offText(offNs)}` : ''}.
            </p>
          )}
          {said ? <SaidMark said={said} /> : null}
        </div>
        <figcaption>
          <span class="row-name" title={topic}>
            {topic}
          </span>
          <span class="muted small">
            {isNear ? `${clockText(nearest.timeNs)}, ${offText(offNs)}` : clockText(momentNs)}
          </span>
        </figcaption>
      </figure>
    </li>
  );
}

/** `1.2 s before` the moment. */
function offText(offNs: bigint): string {
  const seconds = Math.abs(Number(offNs) / 1e9);
  if (seconds < 0.05) return 'at this moment';
  return `${textFromSeconds(seconds)} ${offNs < 0n ? 'before' : 'after'}`;
}

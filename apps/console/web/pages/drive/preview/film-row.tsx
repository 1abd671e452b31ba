/** The film of one camera over the visible time: as many frames as have room, and a tick at the moment of each. */
import { clockText, MomentLine, momentHandlers } from '../moment.tsx';
import { useWidth } from '../use-width.ts';
import type { FindingRow } from '../rows.ts';
import type { DriveView } from '../view-state.ts';
import { filmStrip, type Frame } from './film.ts';
import { SaidMark } from './said-mark.tsx';
import { saidOfFrame } from './said-of-frames.ts';

interface RowProps {
  readonly topic: string;
  readonly frames: readonly Frame[];
  readonly findings: readonly FindingRow[];
  readonly view: DriveView;
}

const SLOT_PX = 80;

export function FilmRow({ topic, frames, findings, view }: RowProps) {
  const [plot, widthPx] = useWidth<HTMLDivElement>();
  const [drive, visible] = [view.drive.value, view.visible.value];
  const slots = Math.max(1, Math.floor(widthPx / SLOT_PX));
  const shown = drive && visible && widthPx > 0 ? filmStrip(frames, drive, visible, slots) : [];
  return (
    <li class="film-row">
      <span class="row-name" title={topic}>
        {topic}
      </span>
      <div class="row-plot" ref={plot} {...momentHandlers(view)}>
        {shown.map(({ frame, left, at }) => {
          const said = saidOfFrame(findings, topic, frame.timeNs);
          return (
            <div key={String(frame.timeNs)}>
              <button
                type="button"
                class="film-frame"
                style={{ left: `${left * 100}%`, width: `${100 / slots}%` }}
                onClick={() => (view.cursorNs.value = frame.timeNs)}
                onFocus={() => (view.cursorNs.value = frame.timeNs)}
              >
                <img src={frame.url} alt={`${topic} at ${clockText(frame.timeNs)}`} loading="lazy" />
                {said ? <SaidMark said={said} /> : null}
              </button>
              <span class="film-tick" style={{ left: `${at * 100}%` }} />
            </div>
          );
        })}
        {shown.length === 0 && widthPx > 0 ? <span class="film-none muted small">no frame in this stretch</span> : null}
        <MomentLine view={view} />
      </div>
    </li>
  );
}

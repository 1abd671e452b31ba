/** Where the drive went: a map of its own, brushed with the timeline, and the same in words. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Quiet, Shown } from '../../../kit/quiet.tsx';
import { useAnswer } from '../../../kit/use-answer.ts';
import type { PartProps } from '../parts.tsx';
import type { DriveView } from '../view-state.ts';
import { Legend } from './legend.tsx';
import './map.css';
import { MapBoard } from './map-board.tsx';
import { askForBasemap } from './site.ts';
import { type Track, type TrackAnswer, trackFrom } from './track.ts';
import { WayInWords } from './way-in-words.tsx';

const POINTS = 4000;

export function MapPart({ view }: PartProps) {
  const path = `/v1/drives/${encodeURIComponent(view.driveId)}/track?points=${POINTS}`;
  const answer = useAnswer<TrackAnswer>(path, { renewOn: ['done'] });
  return (
    <Shown answer={answer} what="the way of the drive">
      {(value) => <Way key={view.driveId} answer={value} view={view} />}
    </Shown>
  );
}

function Way({ answer, view }: { readonly answer: TrackAnswer; readonly view: DriveView }) {
  const given = useSignal(answer);
  const track = useComputed(() => trackFrom(given.value));
  useEffect(() => void (given.value = answer), [answer]);
  useEffect(askForBasemap, []);
  const found = track.value;
  if (found) return <Found track={found} view={view} />;
  return (
    <Quiet>
      <p>
        <strong>No position is known of this drive.</strong> Positions are read from GNSS, localisation and odometry
        topics once their chunks have landed.
      </p>
    </Quiet>
  );
}

function Found({ track: newest, view }: { readonly track: Track; readonly view: DriveView }) {
  const track = useSignal(newest);
  useEffect(() => void (track.value = newest), [newest]);
  return (
    <div class="way">
      <MapBoard track={track} view={view} />
      <Legend track={newest} />
      <WayInWords track={newest} />
    </div>
  );
}

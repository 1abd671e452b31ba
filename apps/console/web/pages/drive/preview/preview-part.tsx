/** Small camera frames of the drive: those nearest to the moment large, and a strip of film a camera, aligned in time. */
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../../../kit/figures.ts';
import { Quiet } from '../../../kit/quiet.tsx';
import type { PartProps } from '../parts.tsx';
import type { Frame } from './film.ts';
import { FilmRow } from './film-row.tsx';
import { LargeFrames } from './large-frames.tsx';
import './preview.css';
import { type DriveFrames, useFrames } from './use-frames.ts';

export function PreviewPart({ view, findings }: PartProps) {
  const [place, isNear] = useNear();
  const frames = useFrames(view.driveId, isNear);
  const cameras = [...frames.cameras].filter(([topic]) => view.isChosen(topic));
  return (
    <div class="preview" ref={place}>
      {cameras.length > 0 ? (
        <>
          <LargeFrames cameras={cameras} findings={findings} view={view} />
          <ul class="film" aria-label="Frames in order of time">
            {cameras.map(([topic, own]) => (
              <FilmRow key={topic} topic={topic} frames={own} findings={findings} view={view} />
            ))}
          </ul>
        </>
      ) : (
        <Nothing frames={frames} />
      )}
      <Notes frames={frames} cameras={cameras} />
    </div>
  );
}

/** Megabytes are asked for when somebody is about to see them. */
function useNear() {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: '400px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, isNear] as const;
}

function Nothing({ frames }: { readonly frames: DriveFrames }) {
  const { previews, isWhole, fault, cameras } = frames;
  if (fault !== undefined && cameras.size === 0) {
    return (
      <Quiet isBad>
        <p>
          <strong>The frames could not be read.</strong> {fault}
        </p>
      </Quiet>
    );
  }
  if (!isWhole) return <Quiet>Reading the frames…</Quiet>;
  return (
    <Quiet>
      <p>
        <strong>{whyNone(frames)}</strong> A preview is made while a drive is docked, of cameras that record single
        pictures (JPEG, PNG, WebP or raw); from video no frame can be taken.
        {previews && previews.length === 0 ? ' Set PITLANE_PREVIEW_MAX_BYTES where none is made.' : ''}
      </p>
    </Quiet>
  );
}

function whyNone({ previews, cameras }: DriveFrames): string {
  if (cameras.size > 0) return 'None of the chosen topics is a camera with frames.';
  return previews && previews.length > 0 ? 'The preview holds no camera frame.' : 'There is no preview of this drive.';
}

/** A drive has a few recordings; of hundreds nobody takes the previews one by one. */
const LINKS_MAX = 20;

interface NotesProps {
  readonly frames: DriveFrames;
  readonly cameras: readonly (readonly [string, readonly Frame[]])[];
}

/** What is not in it. */
function Notes({ frames: { previews, fault, isWhole }, cameras }: NotesProps) {
  const notes = [...new Set((previews ?? []).flatMap(({ notes: own }) => own ?? []))];
  const withFrames = (previews ?? []).filter((preview) => Number(preview.frames) > 0).slice(0, LINKS_MAX);
  const shown = cameras.reduce((sum, [, own]) => sum + own.length, 0);
  return (
    <div class="preview-notes muted small">
      {shown > 0 ? (
        <p>
          {counted(shown, 'frame')}, made small, of the many in the log{isWhole ? '' : '; more are coming'}.
        </p>
      ) : null}
      {withFrames.length > 0 ? (
        <p>
          As MCAP files:{' '}
          {withFrames.map(({ previewId, path }, i) => (
            <Fragment key={previewId}>
              {i > 0 ? ', ' : ''}
              <a href={`/v1/previews/${previewId}`} download>
                {path}
              </a>
            </Fragment>
          ))}
          .
        </p>
      ) : null}
      {notes.length > 0 ? <p>In this preview: {notes.join('; ')}.</p> : null}
      {fault !== undefined && shown > 0 ? <p class="preview-fault">Some frames could not be read: {fault}</p> : null}
    </div>
  );
}

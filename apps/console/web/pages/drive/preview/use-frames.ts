/** The frames of all previews of a drive, as they come: by camera, each with the address of its picture. */
import { useEffect, useState } from 'preact/hooks';
import { get, pathWith } from '../../../kit/node-api.ts';
import { type Frame, merged } from './film.ts';

interface PreviewRow {
  readonly previewId: string;
  readonly path: string;
  readonly frames: number | string;
  readonly notes: readonly string[] | null;
}

export interface DriveFrames {
  readonly cameras: ReadonlyMap<string, readonly Frame[]>;
  /** Undefined until the list of previews is there. */
  readonly previews: readonly PreviewRow[] | undefined;
  /** Everything that there is has been read. */
  readonly isWhole: boolean;
  readonly fault: string | undefined;
}

const NOTHING: DriveFrames = { cameras: new Map(), previews: undefined, isWhole: false, fault: undefined };
/** A drive's previews come to 16 MB unless its garage was told otherwise; a browser holds no more than this. */
const BYTES_MAX = 96 * 1024 * 1024;

/** @param isWanted nothing is asked for before */
export function useFrames(driveId: string, isWanted: boolean): DriveFrames {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (!isWanted) return undefined;
    const stop = new AbortController();
    const urls: string[] = [];
    setState(NOTHING);
    const change = (more: Partial<DriveFrames>): void =>
      stop.signal.aborted ? undefined : setState((before) => ({ ...before, ...more }));
    readAll(driveId, stop.signal, change, urls).then(
      () => change({ isWhole: true }),
      (fault: Error) => change({ fault: fault.message }),
    );
    return () => {
      stop.abort();
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [driveId, isWanted]);
  return state;
}

async function readAll(
  driveId: string,
  signal: AbortSignal,
  change: (more: Partial<DriveFrames>) => void,
  urls: string[],
): Promise<void> {
  const { previews } = await get<{ previews: readonly PreviewRow[] }>(
    pathWith('/v1/previews', { drive: driveId }),
    signal,
  );
  change({ previews });
  const withFrames = previews.filter(({ frames }) => Number(frames) > 0);
  if (withFrames.length === 0) return;
  const { framesIn } = await import('./read-frames.ts');
  const cameras = new Map<string, readonly Frame[]>();
  let bytes = 0;
  for (const { previewId } of withFrames) {
    for await (const frames of framesIn(partsOf(previewId, signal))) {
      signal.throwIfAborted();
      const more = new Map<string, Frame[]>();
      for (const { topic, timeNs, jpeg } of frames) {
        bytes += jpeg.byteLength;
        if (bytes > BYTES_MAX) throw new Error('there are more frames than a page can hold: the first ones are shown');
        const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
        urls.push(url);
        more.set(topic, [...(more.get(topic) ?? []), { timeNs, url }]);
      }
      for (const [topic, own] of more) cameras.set(topic, merged(cameras.get(topic) ?? [], own));
      change({ cameras: new Map([...cameras].sort(([a], [b]) => (a < b ? -1 : 1))) });
    }
  }
}

async function* partsOf(previewId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await fetch(`/v1/previews/${previewId}`, { signal });
  if (!response.ok || !response.body) throw new Error(`The node answered ${response.status} for a preview.`);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** The canvas with its buttons and keys, and the line below that says what is under the pointer. */
import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { NONE, textFromSeconds } from '../../../kit/figures.ts';
import { clockText } from '../moment.tsx';
import type { DriveView } from '../view-state.ts';
import { placeText } from './graticule.ts';
import { site } from './site.ts';
import { speedText } from './speed-classes.ts';
import { fixAt, msOf, nsOf, steppedFrom, type Track } from './track.ts';
import { type MapState, spanOf, useMap } from './use-map.ts';
import { waySentence } from './way-in-words.tsx';

interface BoardProps {
  readonly track: Signal<Track>;
  readonly view: DriveView;
}

const STEP_PX = 60;
const ZOOM = 1.6;
const PLACE_DECIMALS = 5;

export function MapBoard({ track, view }: BoardProps) {
  const map = useMap(track, view, site);
  /** Whoever steps by keys hears where they are. */
  const isKeyed = useSignal(false);
  return (
    <div class="map-board">
      <Buttons map={map} />
      <div
        class={`map-canvas ${map.drawsBox.value ? 'draws' : ''}`}
        ref={map.host}
        // biome-ignore lint/a11y: arrow keys move the map, as a program does
        role="application"
        tabIndex={0}
        aria-label={`Map. ${waySentence(track.value)}`}
        aria-describedby="map-keys"
        onKeyDown={(event) => {
          isKeyed.value = true;
          if (pressed(event.key, map, track.peek(), view)) event.preventDefault();
        }}
        onPointerMove={() => (isKeyed.value = false)}
      >
        <canvas ref={map.canvas} />
      </div>
      <p class="map-moment" aria-live={isKeyed.value ? 'polite' : 'off'}>
        <Moment track={track} view={view} />
      </p>
      <Passes map={map} track={track} view={view} />
      <p class="map-keys muted small" id="map-keys">
        Drag to move, Ctrl + wheel or two fingers to zoom, Shift + drag to select the times within a box. Keys: arrows,{' '}
        <kbd>+</kbd> <kbd>−</kbd>, <kbd>0</kbd> whole way, <kbd>,</kbd> <kbd>.</kbd> along the track, <kbd>[</kbd>{' '}
        <kbd>]</kbd> selection from and to there.
      </p>
    </div>
  );
}

function Buttons({ map }: { readonly map: MapState }) {
  const { drawsBox } = map;
  return (
    <div class="map-buttons" role="group" aria-label="Map">
      <button type="button" aria-pressed={drawsBox.value} onClick={() => (drawsBox.value = !drawsBox.value)}>
        Select by box
      </button>
      <span class="map-zoom">
        <button type="button" aria-label="Zoom out" onClick={() => map.zoomBy(1 / ZOOM)}>
          −
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => map.zoomBy(ZOOM)}>
          +
        </button>
        <button type="button" onClick={map.showAll}>
          Whole way
        </button>
      </span>
    </div>
  );
}

/** @returns whether the key means something here */
function pressed(key: string, map: MapState, track: Track, view: DriveView): boolean {
  const arrows: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [STEP_PX, 0],
    ArrowRight: [-STEP_PX, 0],
    ArrowUp: [0, STEP_PX],
    ArrowDown: [0, -STEP_PX],
  };
  const cursorNs = view.cursorNs.peek();
  const step = (by: 1 | -1): void => {
    const from = cursorNs === undefined ? undefined : msOf(track, cursorNs);
    view.cursorNs.value = nsOf(track, steppedFrom(track, from, by));
  };
  const arrow = arrows[key];
  if (arrow) map.moveBy(...arrow);
  else if (key === '+' || key === '=') map.zoomBy(ZOOM);
  else if (key === '-') map.zoomBy(1 / ZOOM);
  else if (key === '0') map.showAll();
  else if (key === ',') step(-1);
  else if (key === '.') step(1);
  else if ((key === '[' || key === ']') && cursorNs !== undefined) selectFrom(view, key, cursorNs);
  else return false;
  return true;
}

/** `[` begins the selection at the moment, `]` ends it there; the other end stays where that is possible. */
function selectFrom({ selection, drive }: DriveView, key: '[' | ']', momentNs: bigint): void {
  const known = selection.peek() ?? drive.peek();
  if (key === '[') {
    const endNs = known && known.endNs > momentNs ? known.endNs : momentNs + 1n;
    selection.value = { startNs: momentNs, endNs };
    return;
  }
  const startNs = known && known.startNs <= momentNs ? known.startNs : momentNs;
  selection.value = { startNs, endNs: momentNs + 1n };
}

function Moment({ track, view }: BoardProps) {
  const cursorNs = view.cursorNs.value;
  if (cursorNs === undefined) return <span class="muted">Point at the track, or at the timeline.</span>;
  const fix = fixAt(track.value, msOf(track.value, cursorNs));
  return (
    <>
      <b>{clockText(cursorNs)}</b>
      <span>{fix ? placeText(fix, PLACE_DECIMALS) : 'no position at this time'}</span>
      <span>{fix ? speedText(fix.speedMps) : NONE}</span>
    </>
  );
}

/** Which of several passes is selected, and the others to choose. */
function Passes({ map, track, view }: BoardProps & { readonly map: MapState }) {
  const passes = map.passes.value;
  if (!passes) return null;
  if (passes.length === 0) return <p class="map-passes">The drive was not in that box.</p>;
  const selected = view.selection.value;
  return (
    <div class="map-passes" role="group" aria-label="Times within the box">
      <span>{passes.length === 1 ? 'Within the box once:' : `Within the box ${passes.length} times:`}</span>
      {passes.slice(0, PASSES_SHOWN).map((pass) => {
        const span = spanOf(track.value, pass);
        return (
          <button
            key={pass.startMs}
            type="button"
            aria-pressed={selected?.startNs === span.startNs && selected.endNs === span.endNs}
            onClick={() => (view.selection.value = span)}
          >
            {clockText(span.startNs)} · {textFromSeconds((pass.endMs - pass.startMs) / 1000)}
          </button>
        );
      })}
      {passes.length > PASSES_SHOWN ? <span>and {passes.length - PASSES_SHOWN} more</span> : null}
    </div>
  );
}

const PASSES_SHOWN = 12;

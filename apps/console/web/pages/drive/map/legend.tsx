/** What the lines of the map mean, in words; those that are on it. */
import { site } from './site.ts';
import { SPEED_CLASSES, SPEED_UNKNOWN, type SpeedClass, speedClassOf } from './speed-classes.ts';
import type { Track } from './track.ts';

export function Legend({ track }: { readonly track: Track }) {
  const used = classesOf(track);
  const { basemap, fault } = site.value;
  return (
    <div class="map-legend">
      <ul aria-label="Legend">
        {[...SPEED_CLASSES, SPEED_UNKNOWN]
          .filter((kind) => used.has(kind))
          .map((kind) => (
            <li key={kind.words}>
              <svg class="map-sample" viewBox="0 0 34 14" aria-hidden="true">
                <line
                  x1="4"
                  y1="7"
                  x2="30"
                  y2="7"
                  style={{
                    stroke: `var(${kind.colour})`,
                    strokeWidth: kind.widthPx,
                    strokeDasharray: kind.dashPx.join(' '),
                  }}
                />
              </svg>
              {kind.words}
            </li>
          ))}
        {track.lines.length > 1 ? (
          <li>
            <svg class="map-sample" viewBox="0 0 34 14" aria-hidden="true">
              <circle cx="9" cy="7" r="4.5" class="map-ring" />
              <circle cx="25" cy="7" r="4.5" class="map-ring" />
            </svg>
            no position between
          </li>
        ) : null}
      </ul>
      {basemap?.attribution ? <p class="muted small">Basemap: {basemap.attribution}</p> : null}
      {fault === undefined ? null : <p class="map-fault small">The basemap cannot be shown: {fault}</p>}
    </div>
  );
}

function classesOf({ lines }: Track): ReadonlySet<SpeedClass> {
  const used = new Set<SpeedClass>();
  for (const { speedsMps } of lines) for (const speedMps of speedsMps.subarray(1)) used.add(speedClassOf(speedMps));
  return used;
}

/** The way of a drive for whoever does not see the map: a sentence, and a row for each stretch and each gap. */
import { counted, textFromSeconds } from '../../../kit/figures.ts';
import { clockText } from '../moment.tsx';
import { lengthText, placeText } from './graticule.ts';
import type { Point } from './projection.ts';
import { speedText } from './speed-classes.ts';
import { endOf, gapsOf, nsOf, startOf, type Track, type TrackLine } from './track.ts';

const ROWS_MAX = 200;
const DECIMALS = 4;

const firstOf = ({ x, y }: TrackLine): Point => ({ x: x[0] as number, y: y[0] as number });
const lastOf = ({ x, y }: TrackLine): Point => ({ x: x.at(-1) as number, y: y.at(-1) as number });

/** `12.3 km in 12 min 04 s, from 48.1372° N, 11.5756° E to …; 2 gaps, 14 s together` */
export function waySentence(track: Track): string {
  const [first, last] = [track.lines[0] as TrackLine, track.lines.at(-1) as TrackLine];
  const gaps = gapsOf(track);
  const silentMs = gaps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const way = `${lengthText(track.lengthM)} in ${textFromSeconds((endOf(last) - startOf(first)) / 1000)}`;
  const ends = `from ${placeText(firstOf(first), DECIMALS)} to ${placeText(lastOf(last), DECIMALS)}`;
  const silence = `${counted(gaps.length, 'gap')}, ${textFromSeconds(silentMs / 1000)} together`;
  return `${way}, ${ends}${gaps.length > 0 ? `; ${silence}` : ''}.`;
}

export function WayInWords({ track }: { readonly track: Track }) {
  const gaps = gapsOf(track);
  const shown = track.lines.slice(0, ROWS_MAX);
  return (
    <details class="way-in-words">
      <summary>
        <span>{waySentence(track)}</span>
      </summary>
      <div class="way-table">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Lasts</th>
              <th scope="col">Length</th>
              <th scope="col">Mean speed</th>
              <th scope="col">Place</th>
            </tr>
          </thead>
          <tbody>
            {shown.flatMap((line, i) => {
              const gap = gaps[i];
              return [
                <Stretch key={`line ${startOf(line)}`} track={track} line={line} />,
                gap && i < shown.length - 1 ? (
                  <tr key={`gap ${gap.startMs}`} class="way-gap">
                    <td>{clockText(nsOf(track, gap.startMs))}</td>
                    <td>{textFromSeconds((gap.endMs - gap.startMs) / 1000)}</td>
                    <td>{lengthText(gap.lengthM)}</td>
                    <td colSpan={2}>gap: no position, length as the crow flies</td>
                  </tr>
                ) : null,
              ];
            })}
          </tbody>
        </table>
      </div>
      {track.lines.length > ROWS_MAX ? (
        <p>{counted(track.lines.length - ROWS_MAX, 'further stretch', 'further stretches')} not shown.</p>
      ) : null}
    </details>
  );
}

function Stretch({ track, line }: { readonly track: Track; readonly line: TrackLine }) {
  const seconds = (endOf(line) - startOf(line)) / 1000;
  return (
    <tr>
      <td>{clockText(nsOf(track, startOf(line)))}</td>
      <td>{textFromSeconds(seconds)}</td>
      <td>{lengthText(line.lengthM)}</td>
      <td>{speedText(seconds > 0 ? line.lengthM / seconds : Number.NaN)}</td>
      <td>
        {placeText(firstOf(line), DECIMALS)} to {placeText(lastOf(line), DECIMALS)}
      </td>
    </tr>
  );
}

/** Bars of what landed of the drives that were docked on each day, and the same as a table. */
import { query, setQuery } from '../../kit/address.ts';
import { counted, textFromBytes, textFromCount } from '../../kit/figures.ts';
import { pathWith } from '../../kit/node-api.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, Table } from '../../kit/table.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import { barsFrom, type DayBar, type FleetDay, type Measure, MEASURES, scaleTop, stretchOf } from './days.ts';
import { Choice } from './choice.tsx';

const STRETCHES = [30, 90, 365];
const NAMES: Readonly<Record<Measure, string>> = { bytesStored: 'Bytes', drives: 'Drives', chunks: 'Chunks' };
const SEVERAL = 'in several';

export function LandedDays() {
  const asked = query.value;
  const days = STRETCHES.find((length) => String(length) === asked.get('days')) ?? 30;
  const measure = MEASURES.find((name) => name === asked.get('by')) ?? 'bytesStored';
  const garage = asked.get('garage') ?? '';
  const stretch = stretchOf(Date.now(), days);
  const path = pathWith('/v1/fleet/days', { start: `${stretch.first}T00:00:00Z`, end: `${stretch.last}T23:59:59Z` });
  const answer = useAnswer<{ days: readonly FleetDay[] }>(path, { renewOn: ['done'] });
  useTurn(isSettled(answer));
  const garages = [
    ...new Set((answer.value?.days ?? []).map((day) => day.garage ?? SEVERAL)),
    ...(garage ? [garage] : []),
  ];
  return (
    <Part
      title="Landed by day of docking"
      aside={
        <div class="choices">
          <Choice
            label="Days"
            value={String(days)}
            options={STRETCHES.map((length) => [String(length), `last ${length}`])}
            put={(text) => setQuery({ days: text === '30' ? undefined : text }, true)}
          />
          <Choice
            label="By"
            value={measure}
            options={MEASURES.map((name) => [name, NAMES[name]])}
            put={(text) => setQuery({ by: text === 'bytesStored' ? undefined : text }, true)}
          />
          <Choice
            label="Garage"
            value={garage}
            options={[['', 'all'], ...[...new Set(garages)].map((name) => [name, name] as const)]}
            put={(text) => setQuery({ garage: text }, true)}
          />
        </div>
      }
    >
      <div class="bars-room">
        <Shown answer={answer} what="what landed">
          {({ days: rows }) => (
            <Bars
              bars={barsFrom(rows, stretch, garage === '' ? undefined : garage === SEVERAL ? '' : garage)}
              measure={measure}
            />
          )}
        </Shown>
      </div>
    </Part>
  );
}

const textOf = (measure: Measure, value: number): string =>
  measure === 'bytesStored' ? textFromBytes(value) : textFromCount(value);

function Bars({ bars, measure }: { readonly bars: readonly DayBar[]; readonly measure: Measure }) {
  const values = bars.map((bar) => bar[measure]);
  const top = scaleTop(values);
  const total = values.reduce((sum, value) => sum + value, 0);
  const withAny = values.filter((value) => value > 0).length;
  if (total === 0) return <Quiet>Nothing landed of what was docked in these days.</Quiet>;
  const summary = `${textOf(measure, total)}${measure === 'bytesStored' ? '' : ` ${measure}`} on ${counted(withAny, 'day')}`;
  return (
    <>
      <p class="muted">{summary}</p>
      <div class="bars" role="img" aria-label={`Bars by day: ${summary}. The table below has each.`}>
        <span class="scale scale-top small">{textOf(measure, top)}</span>
        <span class="scale scale-zero small">0</span>
        {bars.map((bar) => (
          <div key={bar.day} class="day-bar" title={`${bar.day}: ${textOf(measure, bar[measure])}`}>
            <div style={{ height: `${(bar[measure] / top) * 100}%` }} class={bar[measure] > 0 ? 'some' : undefined} />
          </div>
        ))}
      </div>
      <p class="bar-ends small muted">
        <span>{bars[0]?.day}</span>
        <span>{bars.at(-1)?.day}</span>
      </p>
      <details>
        <summary>As a table</summary>
        <Table
          label="Landed by day"
          columns={[['Day'], ['Bytes', 'number'], ['Drives', 'number'], ['Chunks', 'number']]}
        >
          {bars
            .filter(({ drives }) => drives > 0)
            .reverse()
            .map(({ day, bytesStored, drives, chunks }) => (
              <tr key={day} {...AS_ROW}>
                <th {...AS_ROW_HEAD}>{day}</th>
                <td class="number" {...AS_CELL}>
                  {textFromBytes(bytesStored)}
                </td>
                <td class="number" {...AS_CELL}>
                  {textFromCount(drives)}
                </td>
                <td class="number" {...AS_CELL}>
                  {textFromCount(chunks)}
                </td>
              </tr>
            ))}
        </Table>
      </details>
    </>
  );
}

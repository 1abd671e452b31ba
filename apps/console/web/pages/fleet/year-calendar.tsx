/** Every day of a year by the worst that is on it: a pattern, a word for it, a sentence when it is pressed, and a table. */
import { useRef, useState } from 'preact/hooks';
import { query, setQuery } from '../../kit/address.ts';
import { pathWith } from '../../kit/node-api.ts';
import { isSettled, useTurn } from '../../kit/in-order.tsx';
import { Part } from '../../kit/part.tsx';
import { Shown } from '../../kit/quiet.tsx';
import { AS_CELL, AS_ROW, AS_ROW_HEAD, Table } from '../../kit/table.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import {
  type CalendarDay,
  DAY_MEANINGS,
  DAY_WORDS,
  dayBeside,
  monthsOf,
  sentenceOf,
  summaryOf,
  wordOf,
} from './calendar.ts';
import { Choice } from './choice.tsx';

const YEARS_SHOWN = 6;

export function YearCalendar() {
  const asked = query.value;
  const thisYear = new Date().getUTCFullYear();
  const given = Number(asked.get('year'));
  const year = Number.isInteger(given) && given >= 1970 && given <= 2261 ? given : thisYear;
  const [vehicle, topic] = [asked.get('vehicle') ?? '', asked.get('topic') ?? ''];
  const answer = useAnswer<{ days: readonly CalendarDay[] }>(pathWith('/v1/fleet/calendar', { year, vehicle, topic }));
  useTurn(isSettled(answer));
  const recent = Array.from({ length: YEARS_SHOWN }, (_, at) => thisYear - at);
  const years = recent.includes(year) ? recent : [year, ...recent];
  return (
    <Part
      title={`Coverage in ${year}`}
      aside={
        <div class="choices">
          <Choice
            label="Year"
            value={String(year)}
            options={years.map((one) => [String(one), String(one)])}
            put={(text) => setQuery({ year: text === String(thisYear) ? undefined : text }, true)}
          />
          <TextChoice label="Vehicle" value={vehicle} put={(text) => setQuery({ vehicle: text }, true)} />
          <TextChoice label="Topic" value={topic} put={(text) => setQuery({ topic: text }, true)} />
        </div>
      }
    >
      <ul class="fleet-legend small">
        {DAY_WORDS.map((word) => (
          <li key={word}>
            <span class={`fleet-sample is-${word}`} aria-hidden="true" /> {DAY_MEANINGS[word]}
          </li>
        ))}
      </ul>
      <div class="calendar-room">
        <Shown answer={answer} what="the year">
          {({ days }) => <Year key={year} year={year} days={days} filters={{ vehicle, topic }} />}
        </Shown>
      </div>
    </Part>
  );
}

interface YearProps {
  readonly year: number;
  readonly days: readonly CalendarDay[];
  readonly filters: Readonly<Record<string, string>>;
}

function Year({ year, days, filters }: YearProps) {
  const byDay = new Map(days.map(({ day, seconds }) => [day, seconds]));
  const [chosen, choose] = useState(days.at(-1)?.day ?? `${year}-01-01`);
  const [isPressed, press] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const go = (event: KeyboardEvent): void => {
    const next = dayBeside(chosen, event.key);
    if (next === chosen) return;
    event.preventDefault();
    choose(next);
    press(true);
    grid.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };
  return (
    <>
      <p class="muted">{summaryOf(days)}</p>
      <div class="months" ref={grid}>
        {monthsOf(year).map((month) => (
          <div key={month.name} class="month" role="group" aria-label={month.name}>
            <h3 class="small">{month.name}</h3>
            <div class="month-days">
              {month.days.map((day, at) => (
                <button
                  key={day}
                  type="button"
                  data-day={day}
                  tabIndex={day === chosen ? 0 : -1}
                  class={`fleet-day is-${wordOf(byDay.get(day))}`}
                  style={at === 0 ? { gridColumnStart: month.blanks + 1 } : undefined}
                  aria-label={sentenceOf(day, byDay.get(day))}
                  aria-pressed={isPressed && day === chosen}
                  onKeyDown={go}
                  onClick={() => {
                    choose(day);
                    press(true);
                  }}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
      <p class="fleet-text" aria-live="polite">
        {isPressed ? (
          <>
            {sentenceOf(chosen, byDay.get(chosen))}. <a href={drivesHref(chosen, filters)}>Drives of that day</a>
          </>
        ) : (
          <span class="muted">Press a day to read what is on it; arrows go from day to day.</span>
        )}
      </p>
      <details>
        <summary>As a table</summary>
        <Table label={`Coverage in ${year}`} columns={[['Day'], ['State'], ['In words']]}>
          {days.map(({ day, seconds }) => (
            <tr key={day} {...AS_ROW}>
              <th {...AS_ROW_HEAD}>
                <a href={drivesHref(day, filters)}>{day}</a>
              </th>
              <td {...AS_CELL}>{wordOf(seconds)}</td>
              <td {...AS_CELL}>{sentenceOf(day, seconds)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </>
  );
}

function drivesHref(day: string, filters: Readonly<Record<string, string>>): string {
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return pathWith('/', { ...filters, start: `${day}T00:00:00Z`, end: `${next}T00:00:00Z` });
}

interface TextChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly put: (text: string) => void;
}

const TextChoice = ({ label, value, put }: TextChoiceProps) => (
  <label class="choice">
    <span class="small muted">{label}</span>
    <input
      type="text"
      value={value}
      placeholder="all"
      onChange={({ currentTarget }) => put(currentTarget.value.trim())}
    />
  </label>
);

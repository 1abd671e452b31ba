/** The filters of drives. What is typed goes into the address, a moment after the last key; the address fills the fields. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { query, setQuery } from '../../kit/address.ts';
import { KNOWN_STATES } from '../../kit/state-mark.tsx';
import {
  type DriveFilters,
  fieldFromTime,
  filtersFrom,
  isFiltered,
  labelsFrom,
  noFilters,
  queryFrom,
  textFromLabels,
  timeFromField,
} from './drive-filters.ts';

const PAUSE_MS = 400;

export function FilterBar({
  filters,
  vehicles,
}: {
  readonly filters: DriveFilters;
  readonly vehicles: readonly string[];
}) {
  const { q, vehicle, topic, state, start, end, hasLoss, labels } = filters;
  const changeLabels = (text: string) => {
    // From the address as it is then: other filters may have changed since the first key.
    const now = filtersFrom(query.value);
    setQuery({ ...noFilters(now), ...queryFrom({ ...now, labels: labelsFrom(text) }) }, true);
  };
  return (
    <form class="drive-filters" role="search" aria-label="Filter drives" onSubmit={(event) => event.preventDefault()}>
      <TextFilter
        label="Find"
        type="search"
        hint="drive, vehicle, path or digest"
        value={q}
        put={(text) => setQuery({ q: text }, true)}
      />
      <TextFilter
        label="Vehicle"
        list="known-vehicles"
        value={vehicle}
        put={(text) => setQuery({ vehicle: text }, true)}
      />
      <datalist id="known-vehicles">
        {vehicles.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextFilter label="Has topic" hint="/imu/data" value={topic} put={(text) => setQuery({ topic: text }, true)} />
      <Field label="State">
        <select value={state ?? ''} onChange={({ currentTarget }) => setQuery({ state: currentTarget.value }, true)}>
          <option value="">any</option>
          {[...new Set([...KNOWN_STATES.filter((name) => name !== 'lost'), ...(state ? [state] : [])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <TimeFilter label="From (UTC)" value={start} put={(text) => setQuery({ start: text }, true)} />
      <TimeFilter label="To (UTC)" value={end} put={(text) => setQuery({ end: text }, true)} />
      <TextFilter label="Labels" hint="software=2026.3" value={textFromLabels(labels)} put={changeLabels} />
      <Field label="Loss">
        <select
          value={hasLoss ?? ''}
          onChange={({ currentTarget }) => setQuery({ hasLoss: currentTarget.value }, true)}
        >
          <option value="">any</option>
          <option value="true">with loss</option>
          <option value="false">without loss</option>
        </select>
      </Field>
      <button type="button" disabled={!isFiltered(filters)} onClick={() => setQuery(noFilters(filters), true)}>
        Clear
      </button>
    </form>
  );
}

const Field = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <label class="drive-filter">
    <span class="small muted">{label}</span>
    {children}
  </label>
);

interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly put: (text: string) => void;
  readonly hint?: string;
  readonly type?: 'text' | 'search';
  readonly list?: string;
}

function TextFilter({ label, value = '', put, hint, type = 'text', list }: TextFilterProps) {
  const [text, setText] = useState(value);
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(due.current), []);
  const change = (next: string, waitMs: number) => {
    setText(next);
    clearTimeout(due.current);
    due.current = setTimeout(() => put(next.trim()), waitMs);
  };
  return (
    <Field label={label}>
      <input
        type={type}
        list={list}
        value={text}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => change(currentTarget.value, PAUSE_MS)}
        onChange={({ currentTarget }) => change(currentTarget.value, 0)}
      />
    </Field>
  );
}

function TimeFilter({
  label,
  value,
  put,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly put: (time: string) => void;
}) {
  return (
    <Field label={label}>
      <input
        type="datetime-local"
        value={fieldFromTime(value)}
        onChange={({ currentTarget }) => put(timeFromField(currentTarget.value))}
      />
    </Field>
  );
}

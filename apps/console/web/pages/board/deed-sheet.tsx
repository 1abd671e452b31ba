/** One action before it is asked for: the node says in words what it will do, and what it needs to know stands in fields. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { post } from '../../kit/node-api.ts';
import { mayAct } from '../../kit/session.ts';
import { rememberAuthor, rememberedAuthor } from './author.ts';
import { askFor } from './ask-for.ts';
import type { ActionAnswer } from './board-answers.ts';
import { HowToAct } from './bay-sheet.tsx';
import { bodyOf, emptyFields, type Fields, isComplete } from './deed-fields.ts';
import type { Deed } from './deeds.ts';
import type { Place } from './places.ts';
import { sentenceFrom } from './said.ts';
import { Sheet } from './sheet.tsx';

const ASK_AFTER_MS = 250;

interface DeedSheetProps {
  readonly place: Place;
  readonly deed: Deed;
  readonly nowMs: number;
  readonly onAsked: (action: ActionAnswer) => void;
  readonly onClose: () => void;
}

export function DeedSheet({ place, deed, nowMs, onAsked, onClose }: DeedSheetProps) {
  const [fields, setFields] = useState<Fields>(() => ({ ...emptyFields(place, nowMs), author: rememberedAuthor() }));
  const [refusal, setRefusal] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const words = useWords(place, deed, fields);
  const change = (name: keyof Fields) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('[data-first]')?.focus(), []);
  const ask = (): void => {
    if (!isComplete(deed.kind, fields) || isAsking) return;
    rememberAuthor(fields.author);
    setIsAsking(true);
    askFor(bodyOf(deed.kind, place, fields)).then(onAsked, (error: Error) => {
      setRefusal(error.message);
      setIsAsking(false);
    });
  };
  return (
    <Sheet title={`${deed.name}: ${place.name}`} name="deed-sheet" onClose={onClose}>
      {mayAct.value ? (
        <form
          ref={form}
          class="deed-form"
          onSubmit={(event) => {
            event.preventDefault();
            ask();
          }}
        >
          <FieldsOf driveIds={place.disk?.driveIds ?? []} {...{ deed, fields, change }} />
          <p class={`deed-words ${words.isBad || refusal ? 'bad' : ''}`} role="status">
            {sentenceFrom(refusal ?? words.text)}
          </p>
          <Field name="Your name, for the audit" value={fields.author} onChange={change('author')} />
          <div class="deed-buttons">
            <button type="submit" class="primary" data-first={hasFields(deed) ? undefined : ''} disabled={isAsking}>
              {deed.name} <kbd>Enter</kbd>
            </button>
            <small class="muted">It begins after ten seconds; until then U undoes it.</small>
          </div>
        </form>
      ) : (
        <HowToAct />
      )}
    </Sheet>
  );
}

const hasFields = ({ kind }: Deed): boolean => kind === 'name-vehicle' || kind === 'mark-incident';

interface FieldsOfProps {
  readonly driveIds: readonly string[];
  readonly deed: Deed;
  readonly fields: Fields;
  readonly change: (name: keyof Fields) => (value: string) => void;
}

function FieldsOf({ driveIds, deed: { kind }, fields, change }: FieldsOfProps) {
  if (kind === 'name-vehicle')
    return (
      <Field isFirst name="Car: type it, or scan its code" value={fields.vehicleId} onChange={change('vehicleId')} />
    );
  if (kind !== 'mark-incident') return null;
  return (
    <>
      {driveIds.length > 1 ? (
        <DriveChoice {...{ driveIds }} value={fields.driveId} onChange={change('driveId')} />
      ) : null}
      <Field
        isFirst
        name="When it happened, garage time"
        type="datetime-local"
        value={fields.time}
        onChange={change('time')}
      />
      <p class="muted">{utcOf(fields.time)}</p>
      <Field name="What happened" value={fields.note} onChange={change('note')} />
    </>
  );
}

interface DriveChoiceProps extends Pick<FieldProps, 'value' | 'onChange'> {
  readonly driveIds: readonly string[];
}

function DriveChoice({ driveIds, value, onChange }: DriveChoiceProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>On which drive</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {driveIds.map((driveId) => (
          <option key={driveId}>{driveId}</option>
        ))}
      </select>
    </p>
  );
}

/** Logs are in UTC, and an incident is a time in a log. */
function utcOf(time: string): string {
  const atMs = Date.parse(time);
  return Number.isFinite(atMs)
    ? `In the log: ${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
    : 'Say when it happened.';
}

interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'datetime-local';
  readonly isFirst?: boolean;
}

function Field({ name, value, onChange, type = 'text', isFirst = false }: FieldProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{name}</label>
      <input
        id={id}
        {...(type === 'text' ? { type, maxLength: 200 } : { type, step: 1 })}
        value={value}
        autoComplete="off"
        data-first={isFirst ? '' : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </p>
  );
}

/** What the node says that it would do, asked anew as the fields change. */
function useWords(place: Place, { kind }: Deed, fields: Fields): { readonly text: string; readonly isBad: boolean } {
  const [words, setWords] = useState({ text: '', isBad: false });
  const body =
    isComplete(kind, fields) && mayAct.value ? JSON.stringify(bodyOf(kind, place, { ...fields, author: '' })) : '';
  useEffect(() => {
    if (body === '') return setWords({ text: '', isBad: false });
    const stop = new AbortController();
    const due = setTimeout(() => {
      post<{ text: string }>('/v1/garage/actions', { ...(JSON.parse(body) as object), dryRun: true }, stop.signal).then(
        ({ text }) => setWords({ text, isBad: false }),
        (error: Error) => stop.signal.aborted || setWords({ text: error.message, isBad: true }),
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(due);
      stop.abort();
    };
  }, [body]);
  return words;
}

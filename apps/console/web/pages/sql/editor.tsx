/** The editor: a plain text field with line numbers, in which Tab indents and Ctrl+Enter runs; after Escape, Tab leaves it. */
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { type Edited, indent, outdent } from './editing.ts';
import type { FaultPlace } from './fault-place.ts';

const LINES_MIN = 8;
const LINES_MAX = 24;

interface EditorProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly sql: string;
  readonly place: FaultPlace | undefined;
  readonly onChange: (sql: string) => void;
  readonly onRun: () => void;
}

export function Editor({ field, sql, place, onChange, onRun }: EditorProps) {
  const numbers = useRef<HTMLDivElement>(null);
  const letsGo = useRef(false);
  const lines = sql.split('\n').length;
  const press = (event: KeyboardEvent) => {
    const area = field.current;
    if (!area) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return onRun();
    }
    const wasLetGo = letsGo.current;
    letsGo.current = event.key === 'Escape' || (wasLetGo && event.key === 'Shift');
    if (event.key !== 'Tab' || wasLetGo || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    put(area, (event.shiftKey ? outdent : indent)(editedFrom(area)));
    onChange(area.value);
  };
  return (
    <div class="sql-editor">
      <div class="sql-lines" ref={numbers} aria-hidden="true">
        {Array.from({ length: lines }, (_, at) => (
          <div key={at} class={at + 1 === place?.line ? 'faulty' : undefined}>
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={field}
        aria-label="SQL"
        aria-describedby="editor-keys"
        aria-invalid={place !== undefined}
        rows={Math.max(LINES_MIN, Math.min(LINES_MAX, lines))}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        value={sql}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
        onKeyDown={press}
        onScroll={({ currentTarget }) => {
          if (numbers.current) numbers.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

export const editedFrom = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Edited => ({
  text: value,
  from: selectionStart,
  to: selectionEnd,
});

/** Into the field as if it had been typed, so that the browser can undo it. */
export function put(area: HTMLTextAreaElement, { text, from, to }: Edited): void {
  const before = area.value;
  if (text !== before) {
    const head = sameHead(before, text);
    const same = sameTail(before.slice(head), text.slice(head));
    area.focus();
    area.setSelectionRange(head, before.length - same);
    const what = text.slice(head, text.length - same);
    const isDone = what === '' ? document.execCommand('delete') : document.execCommand('insertText', false, what);
    if (!isDone || area.value !== text) area.value = text;
  }
  area.setSelectionRange(from, to);
}

function sameHead(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function sameTail(a: string, b: string): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[a.length - 1 - at] === b[b.length - 1 - at]) at += 1;
  return at;
}

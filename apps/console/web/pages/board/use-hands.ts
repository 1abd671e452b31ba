/** What hands do on the board: keys, codes and presses, and which bay and which sheet they have before them. */
import { useRef, useState } from 'preact/hooks';
import { mayAct } from '../../kit/session.ts';
import { rememberedAuthor } from './author.ts';
import { askFor } from './ask-for.ts';
import type { ActionAnswer, QueueEntry } from './board-answers.ts';
import { meaningOfCode, type Typed, typedAfter } from './codes.ts';
import { bodyOf, emptyFields } from './deed-fields.ts';
import { type Deed, deedsOf } from './deeds.ts';
import { type SheetName, SHEET_KEYS } from './foot.tsx';
import type { Read } from './key-reader.ts';
import type { Place } from './places.ts';
import { useKeys } from './use-keys.ts';

export type Open =
  | { readonly sheet: SheetName; readonly number?: undefined; readonly deed?: undefined }
  | { readonly sheet: 'bay'; readonly number: string; readonly deed?: string | undefined };

interface HandsOptions {
  readonly places: readonly Place[];
  readonly queue: readonly QueueEntry[];
  readonly newestWaiting: ActionAnswer | undefined;
  readonly heardOf: (action: ActionAnswer) => void;
  readonly undo: (action: ActionAnswer) => void;
}

const NONE_TYPED: Typed = { digits: '', atMs: Number.NEGATIVE_INFINITY };

export function useHands(options: HandsOptions) {
  const { places, newestWaiting, undo } = options;
  const [selected, setSelected] = useState<string>();
  const [shown, setShown] = useState<Open>();
  const [said, setSaid] = useState('');
  const typed = useRef(NONE_TYPED);

  const show = (open: Open | undefined): void => {
    setSaid('');
    setShown(open);
  };
  const open = (number: string, deed?: Deed): void => {
    setSelected(number);
    show({ sheet: 'bay', number, deed: deed?.key });
  };
  const select = (number: string): void => {
    setSelected(number);
    setSaid(selectedText(number, places));
    document.querySelector<HTMLElement>(`[data-open="${CSS.escape(number)}"]`)?.focus();
  };
  const undoNewest = (): void => (newestWaiting ? undo(newestWaiting) : setSaid('There is nothing to undo.'));
  const act = actingWith(options, { select: setSelected, open, show, say: setSaid });
  const code = (text: string): void => {
    const meaning = meaningOfCode(text, places);
    if (meaning.type === 'undo') undoNewest();
    else if (meaning.type === 'deed') act(meaning.number, meaning.key, true);
    else if (meaning.type === 'select') open(meaning.number);
    else setSaid(`No bay, disk or car has the code ${meaning.text}.`);
  };
  const key = (pressed: string, atMs: number): void => {
    const letter = pressed.toUpperCase();
    if (letter === 'U') return undoNewest();
    if (/^[\d.]$/.test(pressed) && shown === undefined) {
      typed.current = typedAfter(
        typed.current,
        pressed,
        atMs,
        places.map(({ number }) => number),
      );
      return select(typed.current.digits);
    }
    const sheet = SHEET_KEYS[letter];
    if (sheet && shown?.sheet !== 'bay') return show({ sheet });
    const number = shown?.sheet === 'bay' ? shown.number : shown === undefined ? selected : undefined;
    if (number !== undefined && shown?.deed === undefined) act(number, letter, false);
  };
  useKeys((read: Read, atMs) => {
    if (read.type === 'code') code(read.text);
    else if (read.key !== 'Enter') key(read.key, atMs);
  });
  return { selected, shown, said, open, show };
}

function selectedText(number: string, places: readonly Place[]): string {
  const name = places.find((place) => place.number === number)?.name;
  if (name !== undefined) return `Bay ${number}, ${name}: ${mayAct.value ? 'V I P H R act, ' : ''}Enter shows it`;
  const several = places.filter((place) => place.number.startsWith(`${number}.`.replace('..', '.')));
  const [first, last] = [several[0], several.at(-1)];
  if (first && last) return `Bay ${number} holds several disks: type ${first.number} to ${last.number}`;
  return `There is no bay ${number}.`;
}

interface Screen {
  readonly select: (number: string) => void;
  readonly open: (number: string, deed: Deed | undefined) => void;
  readonly show: (open: undefined) => void;
  readonly say: (text: string) => void;
}

/** Says why not where it may not be done; of a code with nothing to fill in, it is asked for at once, and can be undone. */
function actingWith({ places, queue, heardOf }: HandsOptions, { select, open, show, say }: Screen) {
  return (number: string, key: string, isCode: boolean): void => {
    const place = places.find((one) => one.number === number);
    const deed = place && deedsOf(place, queue).find((one) => one.key === key);
    if (!place || !deed) return;
    select(number);
    if (!mayAct.value) return open(number, undefined);
    if (deed.hindrance !== undefined) return say(`${deed.name}, ${place.name}: ${deed.hindrance}`);
    const needsFields = deed.kind === 'name-vehicle' || deed.kind === 'mark-incident';
    if (!isCode || needsFields) return open(number, deed);
    show(undefined);
    const body = bodyOf(deed.kind, place, { ...emptyFields(place, 0), author: rememberedAuthor() });
    askFor(body).then(heardOf, (error: Error) => say(`${deed.name}, ${place.name}: ${error.message}`));
  };
}

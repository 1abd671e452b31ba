/**
 * What the parts of a drive's page share: the time of the drive, the stretch that is seen of it, the selection, the moment
 * under the pointer, the topics that are chosen. Timeline, map, preview and rates read these signals and set them, and so
 * follow one another. All but the moment stand in the address. Times are log time as the log has it, in nanoseconds.
 */
import { globsFromText, mayLeave } from '@pitlane/contracts/topic-filter';
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { address, setQuery } from '../../kit/address.ts';
import { type Span, spanFrom, within } from './span.ts';

export { SHORTEST_NS, type Span, spanFrom, within } from './span.ts';

export interface DriveView {
  readonly driveId: string;
  /** The drive's whole time; undefined until it is known, and for a drive without any. Only the page sets it. */
  readonly drive: Signal<Span | undefined>;
  /** The stretch that timeline and rates show, within the drive's time; all of it at first. Address: `from`, `to`. */
  readonly visible: ReadonlySignal<Span | undefined>;
  /** What slices, links and commands are about. Address: `start`, `end`. */
  readonly selection: Signal<Span | undefined>;
  /** The moment under the pointer, in whichever part that is; undefined under none. */
  readonly cursorNs: Signal<bigint | undefined>;
  /** Globs as the command line takes them; none for every topic. Address: `topics`. */
  readonly topics: Signal<readonly string[]>;
  /** What is looked for among the topics: lanes of others are not shown. Address: `find`. */
  readonly find: Signal<string>;
  /** The chunk that is looked at. Address: `chunk`. */
  readonly chunkId: Signal<string | undefined>;
  /** An id that `why` is asked of. Address: `why`. */
  readonly why: Signal<string | undefined>;
  isChosen(topic: string): boolean;
  /** Kept within the drive's time and at a millisecond or more; undefined shows all of it. */
  show(span: Span | undefined): void;
}

/** The address follows when nothing has moved for so long: browsers refuse to change it with every frame. */
const ADDRESS_AFTER_MS = 150;
const NAMES = ['from', 'to', 'start', 'end', 'topics', 'find', 'chunk', 'why'] as const;
type Words = Readonly<Record<(typeof NAMES)[number], string | undefined>>;

/** One view at a time: the page that is open has it. The second answer ends it. */
export function openDriveView(driveId: string): readonly [DriveView, () => void] {
  const drive = signal<Span>();
  const shown = signal<Span>();
  const view: DriveView = {
    driveId,
    drive,
    visible: computed(() => {
      const whole = drive.value;
      return whole && shown.value ? within(shown.value, whole) : whole;
    }),
    selection: signal(),
    cursorNs: signal(),
    topics: signal([]),
    find: signal(''),
    chunkId: signal(),
    why: signal(),
    isChosen: (topic) => mayLeave({ topics: view.topics.value, exclude: [] }, topic),
    show(span) {
      const whole = drive.peek();
      const next = span && whole ? within(span, whole) : span;
      shown.value = next && next !== whole ? next : undefined;
    },
  };
  return [view, keepInAddress(view, shown)];
}

/** Signals and address follow each other; what was read last is not written back. */
function keepInAddress(view: DriveView, shown: Signal<Span | undefined>): () => void {
  const { pathname } = address.peek();
  let known = '';
  let due: ReturnType<typeof setTimeout> | undefined;
  const stopReading = effect(() => {
    const { pathname: path, searchParams } = address.value;
    const words = wordsFrom(searchParams);
    const text = JSON.stringify(words);
    if (path !== pathname || text === known) return;
    known = text;
    clearTimeout(due);
    batch(() => {
      shown.value = spanFrom(words.from, words.to);
      view.selection.value = spanFrom(words.start, words.end);
      view.topics.value = globsFromText(words.topics ?? '');
      view.find.value = words.find ?? '';
      view.chunkId.value = words.chunk;
      view.why.value = words.why;
    });
  });
  const stopWriting = effect(() => {
    const words = wordsOf(view, shown.value);
    const text = JSON.stringify(words);
    clearTimeout(due);
    if (text === known) return;
    due = setTimeout(() => {
      known = text;
      setQuery(words);
    }, ADDRESS_AFTER_MS);
  });
  return () => {
    clearTimeout(due);
    stopReading();
    stopWriting();
  };
}

function wordsFrom(query: URLSearchParams): Words {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || undefined])) as Words;
}

function wordsOf({ selection, topics, find, chunkId, why }: DriveView, shown: Span | undefined): Words {
  return {
    from: textFrom(shown?.startNs),
    to: textFrom(shown?.endNs),
    start: textFrom(selection.value?.startNs),
    end: textFrom(selection.value?.endNs),
    topics: topics.value.join(',') || undefined,
    find: find.value || undefined,
    chunk: chunkId.value,
    why: why.value,
  };
}

const textFrom = (timeNs: bigint | undefined): string | undefined => timeNs?.toString();

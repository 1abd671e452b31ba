import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses } from '../../../test/support/read-recording.ts';
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { type BlockView, LineCutter, readUnits, SEE_MORE, TextEvents } from './index.ts';
import { bareTools } from './opaque-reason.fixture.ts';

/** A format of lines: `x…` is lost, `#…` is a note, all else is a message, in capitals where it begins with `+`. */
class Lines {
  readonly events: TextEvents;
  readonly #cutter = new LineCutter();

  constructor(events: TextEvents) {
    this.events = events;
  }

  take(view: BlockView, at: number): number {
    const cutter = this.#cutter;
    const cut = cutter.cut(view, at);
    if (cut === 'see-more') return SEE_MORE;
    const text = view.bytes.toString('latin1', at, cutter.end);
    const [offset, end] = [view.start + at, view.start + cutter.next];
    if (cut === 'too-long' || text.startsWith('x')) {
      this.events.lost({
        reason: cut === 'last' ? 'truncated' : 'corrupt-record',
        text: text.slice(0, 10),
        offset,
        end,
      });
    } else if (text.startsWith('#')) this.events.note(text);
    else {
      const data = text.startsWith('+') ? text.toUpperCase() : view.slice(at, cutter.end);
      this.events.message(this.events.channel('/lines', 'text', undefined), 0n, data, offset);
    }
    return cutter.next;
  }

  finish(): void {
    this.events.note('end');
  }
}

async function readLines(source: ByteSource, tools: ReadTools = bareTools()): Promise<RecordingEvent[]> {
  const events = new TextEvents(tools.limits);
  const all: RecordingEvent[] = [];
  for await (const batch of readUnits(source, tools, events, new Lines(events))) {
    for (const event of batch) {
      if (event.kind !== 'message') all.push(event);
      // A consumer copies by `slice`, which must be no Buffer's.
      else all.push({ kind: 'message', message: { ...event.message, data: event.message.data.slice() } });
    }
  }
  return all;
}

const source = (text: string): ByteSource => memorySource(new Uint8Array(Buffer.from(text, 'latin1')));
const textsOf = (events: readonly RecordingEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'message' ? [Buffer.from(event.message.data).toString('latin1')] : []));
const lossesOf = (events: readonly RecordingEvent[]) =>
  events.flatMap((event) => (event.kind === 'loss' ? [event.loss] : []));
const notesOf = (events: readonly RecordingEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));

describe('lines', () => {
  it('are the same whatever ends them, across blocks, as slices and as texts', async () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `${at % 3 === 0 ? '+' : '-'}${at}${'y'.repeat(at % 60)}`);
    const wanted = lines.map((line) => (line.startsWith('+') ? line.toUpperCase() : line));
    for (const lineEnd of ['\n', '\r\n']) {
      expect(textsOf(await readLines(source(lines.join(lineEnd))))).toEqual(wanted);
    }
  });

  it('may be as long as the bound and no longer, at any place', async () => {
    const longest = 'y'.repeat(65_536);
    const text = `${`a\n${longest}\ny${longest}\n`.repeat(20)}b`;
    const events = await readLines(source(text));
    expect(textsOf(events).length).toBe(41);
    const losses = lossesOf(events);
    expect(losses.length).toBe(20);
    expect(losses.every(({ bytes }) => bytes === 65_538)).toBe(true);
  });

  it('may be texts that are larger than a slab', async () => {
    const long = `+${'z'.repeat(60_000)}`;
    const texts = textsOf(await readLines(source(`${[long, long, '+a', long, long, long, '+b'].join('\n')}\n`)));
    expect(texts.map((text) => text.length)).toEqual([60_001, 60_001, 2, 60_001, 60_001, 60_001, 2]);
    expect(texts[6]).toBe('+B');
  });
});

describe('losses and notes', () => {
  it('become one line where they touch, and settle their reason by where the file ends', async () => {
    const losses = lossesOf(await readLines(source('x1\nx2\na\nx3\nx')));
    expect(losses.map(({ reason, offset, bytes }) => [reason, offset, bytes])).toEqual([
      ['corrupt-record', 0, 6],
      ['corrupt-record', 8, 3],
      ['truncated', 11, 1],
    ]);
  });

  it('are bounded however many there are, and cover every lost byte', async () => {
    const text = 'x\na\n#n\n'.repeat(30_000);
    const events = await readLines(source(text));
    const losses = lossesOf(events);
    expect(losses.length).toBe(10_000);
    expect(faultOfLosses(losses, text.length)).toBeUndefined();
    const last = losses.at(-1);
    expect((last?.offset ?? 0) + (last?.bytes ?? 0)).toBe(text.length - 5);
    expect(textsOf(events).length).toBe(30_000);
    expect([notesOf(events).length, notesOf(events).at(-1)]).toEqual([101, '29901 notes more']);
  });
});

describe('a source', () => {
  it('that is shorter than it says is read to where it ends', async () => {
    const short = source('a\nb\nc');
    const events = await readLines({ ...short, sizeBytes: 5_000_000, read: short.read.bind(short) });
    expect(textsOf(events)).toEqual(['a', 'b', 'c']);
  });

  it('that cannot be read says so itself', async () => {
    const broken = { name: 'broken', sizeBytes: 10, read: () => Promise.reject(new Error('no disk')) };
    await expect(readLines(broken)).rejects.toThrow('no disk');
  });

  it('that is empty has nothing to tell', async () => {
    expect(await readLines(source(''))).toEqual([{ kind: 'note', text: 'end' }]);
  });

  it('is left when the signal says so', async () => {
    const tools = { ...bareTools(), signal: AbortSignal.abort(new Error('enough')) };
    await expect(readLines(source('a\n'), tools)).rejects.toThrow('enough');
  });
});

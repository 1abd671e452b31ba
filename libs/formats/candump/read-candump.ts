/** Reads a candump log line by line. Blank lines and comments are understood; any other line that is no frame is lost. */
import { type BlockView, isBlank, LineCutter, quoted, readUnits, SEE_MORE, TextEvents } from '../lines/index.ts';
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { FRAME_SCHEMA, jsonFromFrame } from './frame.ts';
import { type ParsedLine, parseLine } from './parse-line.ts';

const NS_PER_S = 1_000_000_000n;
const COMMENT = 0x23;

export function readCandump(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const events = new TextEvents(tools.limits);
  return readUnits(source, tools, events, new CandumpLines(events));
}

class CandumpLines {
  readonly #events: TextEvents;
  readonly #cutter = new LineCutter();
  #seconds = '';
  #secondsNs = 0n;

  constructor(events: TextEvents) {
    this.#events = events;
  }

  take(view: BlockView, at: number): number {
    const cutter = this.#cutter;
    const cut = cutter.cut(view, at);
    if (cut === 'see-more') return SEE_MORE;
    const { bytes, start } = view;
    const offset = start + at;
    if (cut === 'too-long') {
      this.#events.lost({
        reason: 'corrupt-record',
        text: `at ${offset}: a line is too long`,
        offset,
        end: start + cutter.next,
      });
    } else if (bytes[at] === COMMENT) {
      this.#events.note(`at ${offset}: comment ${quoted(bytes, at, cutter.end)}`);
    } else if (!isBlank(bytes, at, cutter.end)) {
      const parsed = parseLine(bytes.toString('latin1', at, cutter.end));
      if (parsed !== undefined) this.#takeFrame(parsed, view, at);
      else if (cut === 'last') {
        this.#events.lost({
          reason: 'truncated',
          text: `at ${offset}: the file ends inside a line`,
          offset,
          end: start + cutter.next,
        });
      } else {
        const text = `at ${offset}: no frame in ${quoted(bytes, at, cutter.end)}`;
        this.#events.lost({ reason: 'corrupt-record', text, offset, end: start + cutter.next });
      }
    }
    return cutter.next;
  }

  finish(): void {
    // Every line is settled when it was taken.
  }

  #takeFrame({ frame, interfaceName, seconds, nanos, isTold }: ParsedLine, view: BlockView, at: number): void {
    if (seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#secondsNs = BigInt(seconds) * NS_PER_S;
    }
    const channel = this.#events.channel(`/can/${interfaceName}`, 'json', FRAME_SCHEMA);
    const line = isTold ? undefined : view.bytes.toString('latin1', at, this.#cutter.end);
    this.#events.message(channel, this.#secondsNs + BigInt(nanos), jsonFromFrame(frame, line), view.start + at);
  }
}

/**
 * Reads logs of candump (`candump -l`, `candump -L`, and what other tools write in that spelling): one CAN frame a line. It
 * is one of the formats behind `RecordingFormat`. It never decodes a signal, and never takes candump's output for people.
 *
 * Each interface is a channel `/can/<interface>` of JSON frames. From a message and its topic the line can be told again
 * as it was: by its fields where it is spelled as candump spells it, else by `text`.
 */
import { inspectByReading } from '../inspect-by-reading/index.ts';
import { HEAD_BYTES, headLines } from '../lines/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { parseLine } from './parse-line.ts';
import { readCandump } from './read-candump.ts';

/** So many lines decide; a shorter file by all that it has. */
const LINES_JUDGED = 5;
const LINES_MIN = 2;

export const candump: RecordingFormat = {
  name: 'candump',
  recognises(head) {
    const lines = headLines(head, LINES_JUDGED);
    const isEnough = lines.length >= LINES_MIN || (lines.length > 0 && head.byteLength < HEAD_BYTES);
    return isEnough && lines.every((line) => parseLine(line) !== undefined);
  },
  inspect: (source, tools) => inspectByReading(readCandump, source, tools),
  read: readCandump,
};

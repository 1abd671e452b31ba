/**
 * What the text formats share: a view of the file that moves in blocks and gives one unit after the other (a line, a
 * frame, an element), the line cutter, and the events that are collected on the way. It stands between the bytes and one
 * format's grammar; it never knows a grammar itself, and it never holds more than a block.
 */
export { type BlockView, HEAD_BYTES, viewOfHead } from './block-view.ts';
export { headLines } from './head-lines.ts';
export { LINE_BYTES_MAX, LineCutter } from './line-cutter.ts';
export { readUnits, SEE_MORE, type TakesUnits } from './read-units.ts';
export { TextEvents } from './text-events.ts';
export { isBlank, quoted } from './blank.ts';

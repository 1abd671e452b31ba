/**
 * Reads CAN databases (DBC) and the signals of frames by them. It is no log format: it stands beside the formats, for
 * whoever maps signals of a bus. It knows what a signal's bits are, and nothing of attributes, nodes or environment.
 */
export { type Dbc, type DbcMessage, type DbcSignal, dbcFromText } from './parse-dbc.ts';
export { type CanFrame, canFrameFrom } from './can-frame.ts';
export { readSignal } from './read-signal.ts';

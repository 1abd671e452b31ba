/** One CAN frame as its message tells it, and the schema of these messages. */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import type { Schema } from '../recording/index.ts';

export interface Frame {
  /** The identifier's 11 or 29 bits; for an error frame its error class. */
  readonly id: number;
  readonly extended: boolean;
  readonly fd: boolean;
  /** The flags of CAN FD: 1 for bit rate switch, 2 for error state, 4 for FD. */
  readonly flags: number;
  readonly rtr: boolean;
  readonly error: boolean;
  /** Only where the line says it: of a remote frame, or a raw code of 9 to 15 that stands for 8 bytes. */
  readonly dlc: number | undefined;
  /** Hexadecimal, in capitals. */
  readonly data: string;
  readonly direction: 'rx' | 'tx' | undefined;
}

const text = { type: 'string' };
const flag = { type: 'boolean' };
const JSON_SCHEMA = {
  title: 'candump.Frame',
  description: 'One CAN frame as candump logged it; the interface is in the topic.',
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 0, maximum: 0x1fffffff, description: '11 or 29 bits; the class of an error frame' },
    extended: { ...flag, description: 'whether the id has 29 bits' },
    fd: { ...flag, description: 'CAN FD' },
    flags: { type: 'integer', minimum: 0, maximum: 15, description: 'of CAN FD: 1 BRS, 2 ESI, 4 FDF' },
    rtr: { ...flag, description: 'remote frame' },
    error: { ...flag, description: 'error frame' },
    dlc: { type: 'integer', minimum: 0, maximum: 15, description: 'only where the line says it' },
    data: { ...text, contentEncoding: 'base16' },
    direction: { enum: ['rx', 'tx'] },
    text: { ...text, description: 'the line as it stood, where candump would have spelled it otherwise' },
  },
  required: ['id', 'extended', 'fd', 'flags', 'rtr', 'error', 'data'],
};

export const FRAME_SCHEMA: Schema = {
  name: 'candump.Frame',
  encoding: 'jsonschema',
  data: bytesFromUtf8(JSON.stringify(JSON_SCHEMA)),
};

/** The frame as JSON. `line` is kept with it where the frame does not tell it. */
export function jsonFromFrame(frame: Frame, line: string | undefined): string {
  const { id, extended, fd, flags, rtr, error, dlc, data, direction } = frame;
  const head = `{"id":${id},"extended":${extended},"fd":${fd},"flags":${flags},"rtr":${rtr},"error":${error}`;
  const length = dlc === undefined ? '' : `,"dlc":${dlc}`;
  const way = direction === undefined ? '' : `,"direction":"${direction}"`;
  const original = line === undefined ? '' : `,"text":${JSON.stringify(line)}`;
  return `${head}${length},"data":"${data}"${way}${original}}`;
}

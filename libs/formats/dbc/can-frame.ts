/** A CAN frame as the messages of several logs have it: ROS's can_msgs/Frame, and our own of candump. */

export interface CanFrame {
  readonly id: number;
  readonly isExtended: boolean;
  readonly data: Uint8Array;
}

const HEX = /^(?:[0-9A-Fa-f]{2}){0,64}$/;

/** Undefined for what is no data frame: remote and error frames too. */
export function canFrameFrom(message: Readonly<Record<string, unknown>>): CanFrame | undefined {
  const { id, data } = message;
  if (typeof id !== 'number') return undefined;
  if (isTrue(message, 'is_rtr', 'rtr') || isTrue(message, 'is_error', 'error')) return undefined;
  const isExtended = isTrue(message, 'is_extended', 'extended');
  if (typeof data === 'string') return HEX.test(data) ? { id, isExtended, data: Buffer.from(data, 'hex') } : undefined;
  if (!(data instanceof Uint8Array)) return undefined;
  const { dlc } = message;
  // ROS's frame always has eight bytes, of which so many count.
  const bytes = typeof dlc === 'number' && dlc < data.byteLength ? dlc : data.byteLength;
  return { id, isExtended, data: data.subarray(0, bytes) };
}

const isTrue = (message: Readonly<Record<string, unknown>>, ...names: readonly string[]): boolean =>
  names.some((name) => message[name] === true);

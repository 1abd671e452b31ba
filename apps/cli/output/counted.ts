/** A count with its noun, for people. */
import { textFromCount } from '@pitlane/base/units';

/** `1 drive`, `1,200 drives`. */
export const counted = (count: number, noun: string): string =>
  `${textFromCount(count)} ${noun}${count === 1 ? '' : 's'}`;

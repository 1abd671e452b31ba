/** How long something waits: from two days on in days, since nobody counts so many hours. */
import { counted, NONE, textFromSeconds } from '../../kit/figures.ts';

const DAY_S = 86_400;

export function lagText(seconds: number | null): string {
  if (seconds === null) return NONE;
  return seconds < 2 * DAY_S ? textFromSeconds(seconds) : counted(Math.floor(seconds / DAY_S), 'day');
}

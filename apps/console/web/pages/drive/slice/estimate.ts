/** How much a slice is, in words: `4 chunks, 1.2 GB, about 38 s`, and what of it is not there. */
import { counted, nsFrom, textFromBytes, textFromSeconds } from '../../../kit/figures.ts';
import { lengthText, momentText } from '../timeline/ticks.ts';

export interface Estimate {
  readonly chunks: number;
  readonly bytesStored: number;
  readonly messages: number;
  readonly requests: number;
  readonly secondsAt: { readonly bytesPerS: number; readonly seconds: number } | null;
  /** Beside those that are listed. */
  readonly missingMore?: number;
  readonly missing: readonly {
    readonly topic: string;
    readonly startTime: string | null;
    readonly endTime: string | null;
    readonly state: string;
    readonly reason: string | null;
  }[];
}

export function estimateText({ chunks, bytesStored, secondsAt }: Estimate): string {
  if (chunks === 0) return 'Nothing of it is in the store.';
  const time = secondsAt ? `, about ${textFromSeconds(secondsAt.seconds)}` : '';
  return `${counted(chunks, 'chunk')}, ${textFromBytes(bytesStored)}${time}`;
}

const TOLD_MAX = 5;

export function missingTexts({ missing, missingMore = 0 }: Estimate): string[] {
  const told = missing.slice(0, TOLD_MAX).map(({ topic, startTime, endTime, state, reason }) => {
    const [start, end] = [nsFrom(startTime), nsFrom(endTime)];
    const when =
      start === undefined || end === undefined
        ? ''
        : ` ${momentText(start, end - start)} to ${momentText(end, end - start)} (${lengthText(end - start)})`;
    return `${topic}${when} is ${state}${reason === null ? '' : `: ${reason}`}`;
  });
  const more = missing.length - told.length + missingMore;
  return more > 0 ? [...told, `and ${counted(more, 'further stretch', 'further stretches')}`] : told;
}

/** Message rates as bars: outlines for an SVG whose side is 1 and whose width is the number of buckets; and where a topic was silent. */

/** As `GET /v1/drives/:driveId/rates` has it; null for a drive without times. */
export interface RatesAnswer {
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly bucketNs: string | null;
  readonly topics: readonly { readonly topic: string; readonly messages: readonly number[] }[];
  readonly topicsLeftOut?: number;
}

/** A bucket is silent when so many messages should have come and none did. */
const SILENT_MESSAGES = 3;
const PLACES = 4;
/** Of the highest bar: a line above all of them has room. */
export const HEADROOM = 1.15;

/** Neighbours of the same height are one bar. @param top the number of messages that is as high as the SVG */
export function barsPath(messages: readonly number[], top: number): string {
  let path = '';
  for (let from = 0; from < messages.length; ) {
    const count = messages[from] as number;
    let to = from + 1;
    while (to < messages.length && messages[to] === count) to += 1;
    const y = Number((1 - Math.min(1, count / top)).toFixed(PLACES));
    if (count > 0) path += `M${from} 1V${y}H${to}V1z`;
    from = to;
  }
  return path;
}

/** [from, to) of buckets without a message although the topic had come, and came again. */
export function silencesOf(messages: readonly number[], perBucket: number): readonly (readonly [number, number])[] {
  if (perBucket < SILENT_MESSAGES) return [];
  const found: [number, number][] = [];
  const last = messages.findLastIndex((count) => count > 0);
  for (let at = messages.findIndex((count) => count > 0) + 1; at > 0 && at < last; at += 1) {
    if ((messages[at] as number) > 0) continue;
    const run = found.at(-1);
    if (run?.[1] === at) run[1] = at + 1;
    else found.push([at, at + 1]);
  }
  return found;
}

/** `100 Hz`, `9.98 Hz`, `2 a minute`, `3 an hour`: three digits at most. */
export function rateText(hz: number): string {
  if (hz >= 0.1) return `${figure(hz)} Hz`;
  if (hz * 60 >= 0.1) return `${figure(hz * 60)} a minute`;
  return hz === 0 ? '0 Hz' : `${figure(hz * 3600)} an hour`;
}

const figure = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');

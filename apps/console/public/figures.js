/** Figures for people, always with their unit. Bytes read as they do in the command line (libs/base/units). */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const NONE = '–';

/** @param {unknown} bytes */
export function textFromBytes(bytes) {
  if (typeof bytes !== 'number') return NONE;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** @param {unknown} count */
export function textFromCount(count) {
  return typeof count === 'number' ? count.toLocaleString('en-US') : NONE;
}

/** `0.8 s`, `14 s`, `3 min 20 s`, `2 h 05 min`. @param {number} seconds */
export function textFromSeconds(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** Whole seconds: `4 s`, `2 min`, `3 h`. @param {number} ms */
export function textFromAge(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** `2026-03-12 08:15:02` in UTC. @param {unknown} timeNs decimal nanoseconds */
export function textFromTime(timeNs) {
  const ns = nsFrom(timeNs);
  return ns === undefined ? NONE : new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ');
}

/** @param {unknown} startNs @param {unknown} endNs */
export function textFromSpan(startNs, endNs) {
  const [start, end] = [nsFrom(startNs), nsFrom(endNs)];
  if (start === undefined || end === undefined || end < start) return NONE;
  return textFromSeconds(Number((end - start) / 1_000_000n) / 1000);
}

/** @param {unknown} text */
function nsFrom(text) {
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/** How often the landed bytes fit into those that came in: `2.59 : 1`. @param {unknown} bytesIn @param {unknown} bytesLanded */
export function textFromRatio(bytesIn, bytesLanded) {
  if (typeof bytesIn !== 'number' || typeof bytesLanded !== 'number' || !(bytesIn > 0 && bytesLanded > 0)) return '';
  const ratio = bytesIn / bytesLanded;
  return `${ratio >= 100 ? textFromCount(Math.round(ratio)) : ratio.toPrecision(3)} : 1`;
}

/**
 * What a bar says. A total that may still grow gives `at most`; 100 % is said only of all the bytes there will be.
 * @param {{doneBytes: number, totalBytes: number, totalKnown: boolean} | undefined} progress
 */
export function progressFrom(progress) {
  if (!progress) return { share: 0, percent: NONE, bytes: 'no word yet', whole: false };
  const { doneBytes, totalBytes, totalKnown } = progress;
  if (totalBytes === 0 && !totalKnown) return { share: 0, percent: 'waiting', bytes: NONE, whole: false };
  if (totalBytes === 0) return { share: 1, percent: '100 %', bytes: 'nothing to do', whole: true };
  const share = Math.min(1, doneBytes / totalBytes);
  const whole = totalKnown && doneBytes >= totalBytes;
  const percent = `${totalKnown ? '' : '≤ '}${Math.floor(share * 100)} %`;
  const bytes = `${textFromBytes(doneBytes)} of ${textFromBytes(totalBytes)}${totalKnown ? '' : ' so far'}`;
  return { share, percent, bytes, whole };
}

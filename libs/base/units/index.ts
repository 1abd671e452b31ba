/** Figures for people: bytes, rates and spans of time, always with their unit. JSON never goes through here. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, three significant digits: `1.07 GB`. */
export function textFromBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** `0.8 s`, `14 s`, `3 min 20 s`, `2 h 05 min`. */
export function textFromSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** `8,647`. */
export const textFromCount = (count: number): string => count.toLocaleString('en-US');

/** `1 drive`, `1,200 drives`; `many` where an s does not make the plural. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${textFromCount(count)} ${count === 1 ? one : many}`;

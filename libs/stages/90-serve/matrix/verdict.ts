/** What a program said of a slice: by its exit code, and by the last line that it printed if that is JSON. */
import type { MatrixVerdict } from '@pitlane/contracts/matrix';

export interface Ending {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** Why it was ended, where it did not end by itself. */
  readonly stopped: string | null;
  /** The last line of stdout that is not empty; as much of it as is kept. */
  readonly lastLine: string;
  /** The end of stderr. */
  readonly lastWords: string;
}

export interface Judged {
  readonly verdict: MatrixVerdict;
  readonly metrics: Readonly<Record<string, number>>;
  readonly text: string;
}

const METRICS_MAX = 100;
const NAME_CHARS_MAX = 128;
const TEXT_CHARS_MAX = 500;

/**
 * Exit 0 is a pass and 1 a fail; any other end is an error. A last line `{"pass": false, "metrics": {…}, "text": …}` turns a
 * pass into a fail, and gives numbers; nothing that is printed turns a fail into a pass.
 */
export function judge({ exitCode, stopped, lastLine, lastWords }: Ending): Judged {
  const { pass, metrics, text } = saidIn(lastLine);
  if (stopped !== null) return { verdict: 'error', metrics, text: cut(stopped) };
  if (exitCode === 0 && pass !== false) return { verdict: 'pass', metrics, text: '' };
  if (exitCode === 0 || exitCode === 1) return { verdict: 'fail', metrics, text: cut(text || lastWords) };
  const end = exitCode === null ? 'the program was ended by a signal' : `the program ended with ${exitCode}`;
  return { verdict: 'error', metrics, text: cut(lastWords === '' ? end : `${end}: ${lastWords}`) };
}

/** Of all repeats of one slice. */
export function together(repeats: readonly Judged[]): Judged {
  const last = repeats.at(-1) as Judged;
  const error = repeats.find(({ verdict }) => verdict === 'error');
  if (error) return { ...last, verdict: 'error', text: error.text };
  const passed = repeats.filter(({ verdict }) => verdict === 'pass').length;
  if (passed === 0 || passed === repeats.length) return last;
  const text = `passed in ${passed} of ${repeats.length} repeats`;
  return { ...last, verdict: 'flaky', text };
}

function saidIn(line: string): { pass: boolean | undefined; metrics: Record<string, number>; text: string } {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    // A last line for people.
  }
  const { pass, metrics, text } = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  const numbers = typeof metrics === 'object' && metrics !== null ? Object.entries(metrics) : [];
  const fit = numbers.filter(
    (entry): entry is [string, number] =>
      typeof entry[1] === 'number' && Number.isFinite(entry[1]) && entry[0].length <= NAME_CHARS_MAX,
  );
  return {
    pass: typeof pass === 'boolean' ? pass : undefined,
    metrics: Object.fromEntries(fit.slice(0, METRICS_MAX)),
    text: typeof text === 'string' ? text : '',
  };
}

const cut = (text: string): string => text.trim().slice(0, TEXT_CHARS_MAX);

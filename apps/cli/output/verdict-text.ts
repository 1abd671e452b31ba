/** A verdict for people: one line a finding, worst first, then what was not judged. */
import type { Verdict } from '@pitlane/contracts/verdict';
import { shown, type Terminal } from './terminal.ts';

type Colours = Pick<Terminal, 'bold' | 'green' | 'yellow' | 'red'>;

export function verdictText(verdict: Verdict, { bold, green, yellow, red }: Colours): string {
  const { summary, isComplete, findings, notes, judgedFrom, vehicleType } = verdict;
  const by = vehicleType === null ? '' : `, by the profile of ${shown(vehicleType)}`;
  const from = judgedFrom === 'index' ? 'from the index' : 'from every message';
  const said = isComplete ? green(summary) : findings.length > 0 ? yellow(summary) : bold(summary);
  const times = findings.some(({ startTime }) => startTime !== null) ? '; times are UTC' : '';
  return [
    `${bold('verdict')}  ${said} (${from}${by}${times})`,
    ...findings.map(({ severity, text }) => `  ${severity === 'error' ? red('!!') : yellow(' !')} ${shown(text)}`),
    ...notes.map((note) => `     ${shown(note)}`),
  ].join('\n');
}

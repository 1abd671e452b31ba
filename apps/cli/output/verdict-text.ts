/** A verdict for people: one line a finding, worst first, then what was not judged. */
import type { Verdict } from '@pitlane/contracts/verdict';
import { shown, type Terminal } from './terminal.ts';

type Colours = Pick<Terminal, 'bold' | 'green' | 'yellow' | 'red'>;

/** @param findingsMax those beyond are counted: the report of a docking is about more than the verdict */
export function verdictText(verdict: Verdict, colours: Colours, findingsMax = Number.POSITIVE_INFINITY): string {
  const { bold, green, yellow, red } = colours;
  const { summary, isComplete, findings, notes, judgedFrom, vehicleType } = verdict;
  const by = vehicleType === null ? '' : `, by the profile of ${shown(vehicleType)}`;
  const from = judgedFrom === 'index' ? 'from the index' : 'from every message';
  const said = isComplete ? green(summary) : findings.length > 0 ? yellow(summary) : bold(summary);
  const times = findings.some(({ startTime }) => startTime !== null) ? '; times are UTC' : '';
  const shownFindings = findings.slice(0, findingsMax);
  const left = findings.length - shownFindings.length;
  return [
    `${bold('verdict')}  ${said} (${from}${by}${times})`,
    ...shownFindings.map(({ severity, text }) => `  ${severity === 'error' ? red('!!') : yellow(' !')} ${shown(text)}`),
    ...(left > 0 ? [`     and ${left} more: npx pitlane verdict DRIVE`] : []),
    ...notes.map((note) => `     ${shown(note)}`),
  ].join('\n');
}

/** What is said of a run: its rate with how sure that is, its groups, and what did not pass. */
import type { MatrixResult, MatrixRun } from '@pitlane/contracts/matrix';
import { type Rate, rateOf, ratesByGroup } from '@pitlane/stages/90-serve';
import { tableText } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const SHOWN_MAX = 20;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const interval = ({ low, high }: Rate): string => `${percent(low)} to ${percent(high)}`;

export function printRun(run: MatrixRun, results: readonly MatrixResult[], terminal: Terminal): void {
  const whole = rateOf('', results);
  const sampled = run.population > results.length ? ` of ${run.population}` : '';
  terminal.print(
    `${run.runId}: ${whole.passed} of ${whole.jobs} slices${sampled} passed, ${percent(whole.passRate)} (95 %: ${interval(whole)})`,
  );
  const groups = ratesByGroup(results);
  if (groups.length > 0) {
    terminal.print(
      tableText(
        groups,
        [
          { title: 'group', value: ({ group }) => group || '-' },
          { title: 'slices', value: ({ jobs }) => String(jobs), align: 'right' },
          { title: 'passed', value: ({ passed }) => String(passed), align: 'right' },
          { title: 'failed', value: ({ failed }) => String(failed), align: 'right' },
          { title: 'flaky', value: ({ flaky }) => String(flaky), align: 'right' },
          { title: 'errors', value: ({ errors }) => String(errors), align: 'right' },
          { title: 'rate', value: ({ passRate }) => percent(passRate), align: 'right' },
          { title: '95 %', value: interval },
        ],
        terminal,
      ),
    );
  }
  const open = results.filter(({ verdict }) => verdict !== 'pass');
  for (const { job, driveId, verdict, text } of open.slice(0, SHOWN_MAX)) {
    terminal.say(`job ${job} (${driveId}): ${verdict}${text === '' ? '' : `, ${text}`}`);
  }
  if (open.length > SHOWN_MAX) terminal.say(`and ${open.length - SHOWN_MAX} more, as the view matrix_results tells`);
}

export function runJson(
  run: MatrixRun,
  results: readonly MatrixResult[],
  object: string,
  differ: readonly string[],
): object {
  const { group: _, ...rate } = rateOf('', results);
  const { runId, name, population, repeats } = run;
  return {
    runId,
    name,
    population,
    repeats,
    ...rate,
    groups: ratesByGroup(results),
    object,
    differences: differ,
    results,
  };
}

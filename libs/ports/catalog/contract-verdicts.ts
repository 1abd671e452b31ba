/** What every catalog must do with verdicts: show those of the last dock of a drive, and no finding of an earlier one. */
import type { ContractCase } from '../contract/index.ts';
import { DriveBuilder, equal, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('judged');
const again = new DriveBuilder('judged', { dockId: 'dock-later' });

/** @param keeps what is there already */
async function filled(catalog: Catalog, events: Parameters<Catalog['append']>[0], keeps = false): Promise<void> {
  if (!keeps) await catalog.wipe();
  await catalog.append(events);
  // What comes twice changes nothing.
  await catalog.append(events);
}

const textsOf = async (catalog: Catalog): Promise<unknown[]> =>
  (await catalog.query('SELECT text FROM findings ORDER BY ordinal')).map(({ text }) => text);

export const verdictCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows a verdict and its findings with times and numbers',
    async run(catalog) {
      await filled(catalog, [drive.docked(), ...drive.judged(['first', 'second'])]);
      const verdicts = await catalog.query('SELECT vehicle_type, judged_from, summary, findings, notes FROM verdicts');
      const facts = {
        vehicle_type: 'shuttle',
        judged_from: 'messages',
        summary: '2 findings',
        findings: 2,
        notes: ['a note'],
      };
      equal(verdicts, [facts], 'verdicts');
      const findings = await catalog.query(
        'SELECT ordinal, topic, kind, severity, CAST(start_ns AS STRING) AS start_text, expected, seen, unit, occurrences FROM findings ORDER BY ordinal',
      );
      const finding = {
        topic: '/imu',
        kind: 'gap',
        severity: 'error',
        start_text: timeText(120),
        expected: 300,
        seen: 10_500,
      };
      const numbered = [0, 1].map((ordinal) => ({ ordinal, ...finding, unit: 'ms', occurrences: 1 }));
      equal(findings, numbered, 'findings');
    },
  },
  {
    name: 'shows the verdict of the last dock, whenever it comes, and of a dock that went on the last one',
    async run(catalog) {
      await filled(catalog, [...again.judged(['later'], 1000), ...drive.judged(['one', 'two', 'three'])]);
      equal(await textsOf(catalog), ['later'], 'the last dock');
      await filled(catalog, [...again.judged([], 1000)], true);
      equal(await textsOf(catalog), [], 'the last word');
      equal(await catalog.query('SELECT summary FROM verdicts'), [{ summary: 'complete' }], 'summary');
    },
  },
];

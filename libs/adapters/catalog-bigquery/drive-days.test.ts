import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { expect, it } from 'vitest';
import { DriveDays } from './drive-days.ts';
import { MemoryBigQuery } from './memory-bigquery.fixture.ts';
import { fullNames } from './names.ts';

/** The indexer's clock goes on in fractions of a millisecond. */
const NOW_MS = Date.parse('2018-07-25T09:00:00Z') + 0.4321;

it('lays rows under the day of the drive where its clock is believed, else under the day at which they come', async () => {
  const days = new DriveDays(new MemoryBigQuery(() => NOW_MS).connect(), 'd1', fullNames('p1', 'd1'));
  const drives = ['past', '1970', 'future', 'silent'].map((name) => new DriveBuilder(name));
  const starts = ['1532402880000000000', '5000000000', '4102444800000000000', null];
  const events = drives.map((drive, i) => drive.preview('r1', { startTime: starts[i] ?? null }));
  expect(await days.daysOf(events, NOW_MS)).toEqual(['2018-07-24', '2018-07-25', '2018-07-25', '2018-07-25']);
});

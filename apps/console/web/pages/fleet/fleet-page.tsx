/** The fleet as a whole: what landed by day, what waits where and how long, a year of coverage, and what was lost. */
import { InOrder } from '../../kit/in-order.tsx';
import { GarageBacklog } from './garage-backlog.tsx';
import './fleet.css';
import { LandedDays } from './landed-days.tsx';
import { Losses } from './losses.tsx';
import { YearCalendar } from './year-calendar.tsx';

export default function FleetPage() {
  return (
    <>
      <h1>Fleet</h1>
      <InOrder>
        <LandedDays />
        <GarageBacklog />
        <YearCalendar />
        <Losses />
      </InOrder>
    </>
  );
}

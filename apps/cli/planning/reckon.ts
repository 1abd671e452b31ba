/** The arithmetic of a garage's link. */
import { PitlaneError } from '@pitlane/base/errors';

export interface PlanAsked {
  /** That come home in a day. */
  readonly cars: number;
  readonly bytesPerCar: number;
  readonly linkBitsPerSecond: number;
  /** In which the link may be used. */
  readonly hoursPerDay: number;
  /** What compression leaves of a byte: (0, 1], more where recordings are compressed already. */
  readonly keptShare: number;
  readonly spoolBytes?: number;
}

export interface Plan {
  /** What is sent in a day, with what frames, TLS and TCP add. */
  readonly bytesToSend: number;
  readonly bytesTheLinkCarries: number;
  /** Hours of the link for one day's cars. */
  readonly hoursNeeded: number;
  /** What is left over of one day, and adds up with each further one. */
  readonly backlogBytesPerDay: number;
  /** Cars a day that the link carries without a backlog. */
  readonly carsCarried: number;
  /** Days until the spool is full; null when it never is, or its size was not given. */
  readonly daysUntilSpoolIsFull: number | null;
}

/** TLS, TCP and frame heads at 768 KiB a frame and 1500 bytes a packet: 1448 of 1538 bytes on the wire are content. */
const WIRE_OVERHEAD = 1538 / 1448;
const HOURS_A_DAY = 24;

export function reckon(asked: PlanAsked): Plan {
  const { cars, bytesPerCar, linkBitsPerSecond, hoursPerDay, keptShare } = asked;
  if (hoursPerDay > HOURS_A_DAY)
    throw new PitlaneError('bad-usage', `a day has no ${hoursPerDay} hours: give 24 at most`);
  const bytesOfACar = bytesPerCar * keptShare * WIRE_OVERHEAD;
  const bytesToSend = cars * bytesOfACar;
  const bytesAnHour = (linkBitsPerSecond / 8) * 3600;
  const bytesTheLinkCarries = bytesAnHour * hoursPerDay;
  const backlogBytesPerDay = Math.max(0, bytesToSend - bytesTheLinkCarries);
  return {
    bytesToSend,
    bytesTheLinkCarries,
    hoursNeeded: bytesToSend / bytesAnHour,
    backlogBytesPerDay,
    carsCarried: Math.floor(bytesTheLinkCarries / bytesOfACar),
    daysUntilSpoolIsFull: daysUntilFull(asked, backlogBytesPerDay / WIRE_OVERHEAD),
  };
}

/** The spool keeps what is compressed, and a day's cars stand in it until they are sent, too. */
function daysUntilFull({ cars, bytesPerCar, keptShare, spoolBytes }: PlanAsked, keptADay: number): number | null {
  if (spoolBytes === undefined) return null;
  const roomBytes = spoolBytes - cars * bytesPerCar * keptShare;
  if (roomBytes < 0) return 0;
  return keptADay === 0 ? null : Math.floor(roomBytes / keptADay);
}

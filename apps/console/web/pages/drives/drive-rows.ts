/** Rows of the list of drives, and what becomes of them when they are asked for again. */

export interface Drive {
  readonly driveId: string;
  readonly vehicleId: string;
  readonly tenant: string;
  readonly state: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly recordings: number;
  readonly chunks: number;
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesLanded: number;
  readonly bytesLost: number;
  readonly receiptId: string | null;
}

export interface DrivePage {
  readonly drives: readonly Drive[];
  readonly next: string | null;
}

/** In which states the landed bytes, which the catalog counts once indexed, are all there: only then a ratio is true. */
const COMPLETE_STATES = ['indexed', 'receipted', 'retired'];
/** More would be read out for minutes. */
const ANNOUNCED_MAX = 3;

export const keyOf = ({ tenant, driveId }: Drive): string => JSON.stringify([tenant, driveId]);

/** A page behind those that are shown. A drive that moved meanwhile may come twice: it is shown once. */
export function withMore(shown: readonly Drive[], page: DrivePage): DrivePage {
  const known = new Set(shown.map(keyOf));
  return { drives: [...shown, ...page.drives.filter((drive) => !known.has(keyOf(drive)))], next: page.next };
}

/** The first rows asked for anew. Those behind them, which one answer could not hold, stay as they were. */
export function renewed(before: DrivePage, first: DrivePage): DrivePage {
  if (first.next === null || before.drives.length <= first.drives.length) return first;
  const fresh = new Set(first.drives.map(keyOf));
  const behind = before.drives.slice(first.drives.length).filter((drive) => !fresh.has(keyOf(drive)));
  return { drives: [...first.drives, ...behind], next: before.next };
}

/** What is read out of a renewed list: drives that came, and drives whose state moved. */
export function newsOf(before: readonly Drive[], after: readonly Drive[]): string {
  const states = new Map(before.map((drive) => [keyOf(drive), drive.state]));
  const moved = after.filter((drive) => states.get(keyOf(drive)) !== drive.state);
  const sentences = moved
    .slice(0, ANNOUNCED_MAX)
    .map(({ vehicleId, driveId, state }) => `${vehicleId}: drive ${driveId} is ${state}.`);
  const more = moved.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** How often the landed bytes fit into those that came in: `2.59 : 1`; empty while it would promise too much. */
export function ratioOf({ bytesIn, bytesLanded, state }: Drive): string {
  if (!COMPLETE_STATES.includes(state) || !(bytesIn > 0 && bytesLanded > 0)) return '';
  const ratio = bytesIn / bytesLanded;
  return `${ratio >= 100 ? Math.round(ratio).toLocaleString('en-US') : ratio.toPrecision(3)} : 1`;
}

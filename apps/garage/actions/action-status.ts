/** What somebody asks a garage for, and what is told of it. Plain JSON throughout. */
import { NS_PER_MS } from '@pitlane/base/time';
import type { ActionEntry, ActionKind } from '@pitlane/ports/journal';

export interface ActionRequest {
  readonly kind: ActionKind;
  /** What lies in this bay, if that is one disk; or what was docked so; or one drive. */
  readonly bay?: string;
  readonly dockId?: string;
  readonly driveId?: string;
  readonly tenant?: string;
  /** Of `name-vehicle`. */
  readonly vehicleId?: string;
  /** Of `prioritise`: 0 first, 99 last, or the drive before which it goes. */
  readonly priority?: number;
  readonly before?: string;
  /** Of `mark-incident`: log time. */
  readonly time?: string;
  readonly note?: string;
  readonly author?: string;
}

export interface ActionStatus extends Omit<ActionEntry, 'askedAtMs' | 'dueAtMs' | 'endedAtMs' | 'untold'> {
  readonly askedAt: string;
  /** Until then it can be taken back. */
  readonly dueAt: string;
  readonly endedAt: string | null;
}

export function statusOf({ askedAtMs, dueAtMs, endedAtMs, untold: _, ...entry }: ActionEntry): ActionStatus {
  const endedAt = endedAtMs === null ? null : timeTextOf(endedAtMs);
  return { ...entry, askedAt: timeTextOf(askedAtMs), dueAt: timeTextOf(dueAtMs), endedAt };
}

/** Wall clock as everywhere in JSON: decimal nanoseconds. */
export const timeTextOf = (ms: number): string => String(BigInt(Math.round(ms)) * NS_PER_MS);

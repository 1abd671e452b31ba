/** What the node answers about its garage, as far as the board shows it. All of it is a claim: fields may be absent in an older node. */

export interface DiskAnswer {
  readonly path: string;
  /** `settling`, `docking`, `staged`, `done`, `failed`, `pulled`; another word is shown as it is. */
  readonly state: string;
  readonly text: string;
  readonly sinceMs?: number | null;
  readonly bytesRead?: number | null;
  readonly bytesTotal?: number | null;
  /** More of it may come to light: set where the bytes are those of events. */
  readonly mayGrow?: boolean;
  readonly bytesPerS?: number | null;
  readonly safeToPull: boolean;
  readonly safeToPullAt?: string | null;
  readonly safeToWipe: boolean;
  readonly receiptIds?: readonly string[];
  readonly device?: string | null;
  readonly model?: string | null;
  readonly serial?: string | null;
  readonly health?: { readonly verdict: string; readonly text: string } | null;
  readonly vehicleIds?: readonly string[];
  readonly lastVehicleIds?: readonly string[];
  readonly warning?: string | null;
  readonly verdict?: string | null;
  readonly driveIds: readonly string[];
  readonly dockId?: string | null;
  readonly pulledEarly?: { readonly lostText: string } | null;
}

export interface BayAnswer {
  readonly bay: string;
  readonly path: string;
  readonly vehicleId: string | null;
  /** Why nobody could look into it. */
  readonly fault?: string | null;
  readonly disks: readonly DiskAnswer[];
}

/** A docking that the journal knows. */
export interface DockAnswer {
  readonly dockId: string;
  readonly path: string;
  readonly vehicleId: string | null;
  readonly dockedAtMs: number;
  readonly state: string;
  readonly driveIds: readonly string[];
  readonly error: string | null;
  /** Every file of it stands in the spool. */
  readonly isStaged?: boolean;
  readonly verdict?: string;
  readonly withheld?: string;
}

export interface SpoolAnswer {
  readonly usedPercent: number;
  readonly freeBytes: number;
  readonly state: string;
}

export interface BacklogAnswer {
  readonly backlogBytes: number;
  /** What went through the link in a second, over the last minute. */
  readonly linkBytesPerS: number;
  readonly clearsInSeconds: number | null;
  readonly clearsAt?: string | null;
  readonly capBytesPerS?: number | null;
  readonly isCloudAway?: boolean;
  readonly cloudAwaySince?: string | null;
  /** Lag in time. */
  readonly oldestWaitingMs?: number | null;
}

export interface QueueEntry {
  readonly driveId: string;
  readonly tenant: string;
  readonly vehicleId: string;
  readonly priority: number;
  readonly state: string;
  readonly isHeld: boolean;
  readonly chunksWaiting: number;
  readonly bytesWaiting: number;
  readonly clearsAt: string | null;
}

export interface ActionAnswer {
  readonly actionId: string;
  readonly kind: string;
  readonly bay: string | null;
  readonly driveId: string | null;
  readonly dockId: string | null;
  /** What it does, or did, in words. */
  readonly text: string;
  /** `waiting`, `done`, `undone`, `failed`. */
  readonly state: string;
  readonly askedAt: string;
  readonly dueAt: string;
  readonly endedAt: string | null;
  readonly author: string | null;
  readonly error: string | null;
}

/** Of an event of type `progress`. */
export interface ProgressEvent {
  readonly dockId: string;
  readonly stages: Readonly<Record<string, { doneBytes: number; totalBytes: number; totalKnown: boolean } | undefined>>;
  readonly leavesAfter?: string;
}

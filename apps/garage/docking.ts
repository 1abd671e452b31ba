/** All that docking one drive works with. */
import type { DriveFacts } from '@pitlane/contracts/manifest';
import type { State } from '@pitlane/contracts/records';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Verdict } from '@pitlane/contracts/verdict';
import type { DockEntry } from '@pitlane/ports/journal';
import type { FoundDrive } from '@pitlane/stages/10-discover';
import type { Answers } from './answers.ts';
import type { Chunkers } from './chunker.ts';
import type { Deliveries, DeliveryCounters } from './deliveries.ts';
import type { DockProgress } from './dock-progress.ts';
import type { DockEvent, DockRequest } from './dock-result.ts';
import type { Handlings } from './handlings.ts';
import type { Intake } from './intake.ts';
import type { IntakeTally } from './intake-tally.ts';
import type { DriveOrders } from './orders/drive-orders.ts';
import type { ShipQueue } from './ship-queue.ts';
import type { SpoolSpace } from './spool-space.ts';
import type { Stager } from './stager.ts';
import type { GarageTools } from './tools.ts';
import type { Turns } from './turns.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

export interface DriveDocking {
  readonly request: DockRequest;
  readonly dock: DockEntry;
  readonly found: FoundDrive;
  /** What may leave the garage. */
  readonly filter: TopicFilter;
  readonly intake: Intake;
  /** Of all drives of the dock. */
  readonly tally: IntakeTally;
  readonly space: SpoolSpace;
  readonly tools: GarageTools;
  readonly stager: Stager;
  readonly chunkers: Chunkers;
  readonly answers: Answers;
  /** Of all drives that are under way. */
  readonly delivering: Set<Deliveries>;
  readonly deliveryCounters: DeliveryCounters;
  /** Of all drives that are under way, so that an order finds those that it means. */
  readonly running: Set<DriveOrders>;
  /** How people want drives handled. */
  readonly handlings: Handlings;
  /** A person's word for a drive of which nothing else says whose it is. */
  readonly vehicleIfUnknown: () => string | undefined;
  readonly webhooks: Pick<Webhooks, 'tell' | 'wake'>;
  /** Of the garage: whatever is sealed waits in it. */
  readonly queue: ShipQueue;
  /** By recording, shared by all docks. */
  readonly cuts: Turns;
  readonly progress: DockProgress;
  readonly signal: AbortSignal;
  /** The drive is docked: it has its name. */
  readonly named: (drive: DriveFacts) => void;
  /** The drive moved; told to whoever listens. */
  readonly moved: (driveId: string, vehicleId: string, state: State) => void;
  /** A preview has landed; told likewise. */
  readonly previewed: (event: DockEvent & { readonly type: 'preview' }) => void;
  /** It was judged; told likewise. The drive has no id before it is staged. */
  readonly judged: (driveId: string | null, vehicleId: string, verdict: Verdict) => void;
}

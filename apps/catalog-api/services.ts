/** What the API asks of the program around it: the catalog, docking, and tasks that may take long. */
import type { Catalog } from '@pitlane/ports/catalog';
import type { ObjectLinks } from '@pitlane/ports/object-links';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@pitlane/base/telemetry';
import type { Primer, SliceFormat } from '@pitlane/stages/90-serve';
import type { ObjectUrl } from './json-rows.ts';
import type { Problem } from './problem.ts';
import type { Replays } from './replays/replays.ts';
import type { Slices } from './slices/slices.ts';

/** An event as it goes out: the garage's own types are its business. */
export interface TypedEvent {
  readonly type: string;
}

export interface DockAsked {
  readonly path: string;
  readonly vehicleId?: string;
  readonly tenant?: string;
  readonly priority?: number;
  /** Globs: what alone may leave the garage, and what stays in any case. */
  readonly topics?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface GarageService {
  /** Ends with `done` or `failed`. Letting go of it does not stop the docking; aborting the signal does. */
  dock(request: DockAsked, signal?: AbortSignal): AsyncIterable<TypedEvent>;
  /** @param lastId of what was heard before; empty for nothing */
  events(signal: AbortSignal, lastId: string): AsyncIterable<{ readonly id: string; readonly event: TypedEvent }>;
  docks(): Promise<readonly object[]>;
  /** @param tenant whose drive; without one, the only one that has it. */
  retire(driveId: string, tenant: string | undefined, options: { readonly dryRun: boolean }): Promise<object>;
  /** What is in each bay, and when it may be pulled. */
  bays(): readonly object[];
  /** What is yet to be sent, and when that will be through. */
  backlog(): object;
  spool(): Promise<object>;
  /** The drives on their way, in the order in which they go. */
  queue(): readonly object[];
}

export interface ActionAsked {
  readonly kind: 'name-vehicle' | 'mark-incident' | 'prioritise' | 'hold' | 'release' | 'retire';
  readonly bay?: string;
  readonly dockId?: string;
  readonly driveId?: string;
  readonly tenant?: string;
  readonly vehicleId?: string;
  readonly priority?: number;
  readonly before?: string;
  readonly time?: string;
  readonly note?: string;
  readonly author?: string;
}

/** What people ask a garage for, carried out unless it is taken back in time. */
export interface ActionService {
  /** What it would do, in words. Throws what keeps it from being done. */
  say(asked: ActionAsked): Promise<{ readonly text: string }>;
  ask(asked: ActionAsked): Promise<object>;
  /** Throws `not-found`, or `refused` when it is too late. */
  undo(actionId: string): object;
  /** The newest first. @param before only older ones than this */
  list(max: number, before?: string): { readonly actions: readonly object[]; readonly next: string | null };
}

export interface OrderAsked {
  readonly vehicleId: string;
  readonly tenant?: string;
  readonly topics?: readonly string[];
  readonly start?: string;
  readonly end?: string;
  readonly priority?: number;
  readonly note?: string;
}

/** Each answers with the order and what it has got. */
export interface OrderService {
  list(): Promise<readonly object[]>;
  add(order: OrderAsked): Promise<object>;
  /** Throws `not-found`. */
  remove(orderId: string): Promise<object>;
}

/** Other programs that are told what happens in the garage. */
export interface WebhookService {
  /** With the oldest deliveries that wait or are parked, at most `max`. */
  status(max: number): object;
  /** How many parked deliveries wait again. */
  replay(eventIds?: readonly string[]): number;
  test(): Promise<readonly object[]>;
}

export interface UploadListed {
  readonly id: string;
  readonly vehicleId: string;
  readonly drive: string;
  readonly state: string;
}

/** Files that come by tus 1.0. */
export interface UploadService {
  /** Oldest first. */
  list(): Promise<readonly UploadListed[]>;
  /**
   * Judges a request, before a byte of its body is read, and gives what answers it. Throws for what is not taken.
   * @param id of the upload in its path
   */
  accept(
    request: IncomingMessage,
    id: string | undefined,
    problemOf: (error: unknown) => Problem,
  ): Promise<(response: ServerResponse) => Promise<void>>;
}

export interface DeadLetterService {
  /** The newest, at most `limit`. */
  list(limit: number): Promise<readonly object[]>;
  replay(ids: readonly string[]): Promise<object>;
}

/** How far a task is, in whatever it does one after another. */
export interface TaskSteps {
  readonly done: number;
  readonly total: number;
  /** In the singular: `object`, `shard`, `byte`. */
  readonly unit: string;
}

export type TaskEvent =
  | { readonly type: 'progress'; readonly text: string; readonly steps?: TaskSteps | undefined }
  | { readonly type: 'result'; readonly result: object };

/** Work of minutes; aborting the signal stops it. */
export interface TaskService {
  export(request: ExportAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  restore(request: RestoreAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  verify(request: VerifyAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  createDataset(request: DatasetCreateAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  buildDataset(request: DatasetBuildAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  /** What can be played of a drive, and what of it is missing; waits for what is on its way if it is asked to. */
  planReplay(request: ReplayAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  /** Keeps the results of a run of the matrix, from a file of the node's machine, and shows them in the catalog. */
  keepResults(request: { readonly path: string }, signal: AbortSignal): AsyncIterable<TaskEvent>;
  readResults(
    request: { readonly runId: string; readonly tenant?: string },
    signal: AbortSignal,
  ): AsyncIterable<TaskEvent>;
  reindex(signal: AbortSignal): AsyncIterable<TaskEvent>;
  derive(request: DeriveAsked, signal: AbortSignal): AsyncIterable<TaskEvent>;
  doctor(signal: AbortSignal): AsyncIterable<TaskEvent>;
}

/** Without a drive nothing is asked for anew: what has landed is waited for. */
export interface DeriveAsked {
  readonly driveId?: string;
  readonly tenant?: string;
  /** What is not done by then is told, and goes on. */
  readonly timeoutMs?: number;
}

export interface ExportAsked {
  readonly driveId: string;
  readonly tenant?: string;
  /** Absolute path of a file that does not exist. */
  readonly out: string;
  readonly topics?: readonly string[];
  readonly start?: string;
  readonly end?: string;
  /** The drive's previews in the place of its messages. */
  readonly preview?: boolean;
  /** What of the time before the start comes first. */
  readonly primer?: Primer;
  readonly format?: SliceFormat;
}

export interface ReplayAsked extends Omit<ExportAsked, 'out' | 'format' | 'preview'> {
  /** What comes first after a jump. */
  readonly seekPrimer?: Primer;
  /** Waits while anything of it is on its way. */
  readonly wait?: boolean;
}

export interface RestoreAsked {
  readonly driveId: string;
  readonly tenant?: string;
  /** Absolute path of a folder. */
  readonly out: string;
}

export interface VerifyAsked {
  readonly driveId?: string;
  readonly tenant?: string;
  /** `1/30`: every thirtieth object, another thirtieth each day. */
  readonly subset?: string;
}

export interface EventAsked {
  readonly eventId?: string;
  readonly driveId?: string;
  readonly vehicleId?: string;
  readonly tenant?: string;
  readonly time: string;
  readonly endTime?: string;
  readonly kind: string;
  readonly note?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly source?: 'person' | 'import';
}

export interface EventsTaken {
  readonly events: readonly {
    readonly eventId: string;
    readonly driveId: string;
    readonly kind: string;
    readonly startTime: string;
  }[];
  /** By their place in what was asked. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  /** Whether the catalog shows them already; what is taken is safe in any case. */
  readonly isShown: boolean;
}

export interface CorrectionAsked {
  readonly tenant?: string;
  readonly vehicleId?: string;
  /** Null takes a label away. */
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly reason: string;
  readonly author: string;
}

/** What is said of drives after they were recorded. */
export interface NoteService {
  mark(asked: { readonly events: readonly EventAsked[]; readonly author?: string }): Promise<EventsTaken>;
  /** Throws `not-found`. */
  withdraw(
    eventId: string,
    drive: { readonly driveId: string; readonly tenant?: string | undefined },
    author?: string,
  ): Promise<object>;
  /** Throws `not-found`. */
  correct(driveId: string, asked: CorrectionAsked): Promise<object>;
}

export interface DatasetCreateAsked {
  readonly name: string;
  /** A SELECT that gives `drive_id`, and if wanted `tenant`, `start_ns` and `end_ns`. */
  readonly sql: string;
  /** The text of a sampling plan, and what it is called in messages. */
  readonly plan: string;
  readonly planName?: string;
  /** `drive=80/10/10` */
  readonly split?: string;
  readonly seed?: number;
  readonly tenant?: string;
}

export interface DatasetBuildAsked {
  /** An id, the beginning of one, or a name. */
  readonly dataset: string;
  readonly tenant?: string;
  /** Builds every `workers`-th shard, from the `worker`-th on. */
  readonly workers?: number;
  readonly worker?: number;
}

/** What every program is and can, whatever it serves. */
export interface ProgramService {
  /** Shown at `/v1/node`. */
  readonly facts: { readonly version: string };
  readonly log: Log;
  /** Rejects when it cannot do its work. */
  ready(): Promise<unknown>;
  /** By Prometheus name. */
  metrics(): Readonly<Record<string, number>>;
}

/** What the catalog alone answers from. Nothing of it is written, so any number of programs may have the same. */
export interface CatalogService {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly objectUrl: ObjectUrl;
  /** Whose drive is meant where nothing else says it. */
  readonly tenant: string;
  /** The public half of the key that signs receipts, PEM. */
  readonly receiptKeyPem: string;
  /** Links straight to the store, where it signs such. */
  readonly objectLinks?: ObjectLinks | undefined;
  /** Cuts slices, where the program can. */
  readonly slices?: Slices;
  /** Plays drives, where the program can. */
  readonly replays?: Replays;
  /** Where something stands, line by line. Throws `not-found`. */
  why(id: string): Promise<readonly string[]>;
}

/** What a program serves: the routes of what it has not are absent. */
export interface ApiServices {
  readonly program: ProgramService;
  readonly catalog?: CatalogService;
  readonly garage?: GarageService;
  readonly actions?: ActionService;
  readonly orders?: OrderService;
  readonly webhooks?: WebhookService;
  readonly uploads?: UploadService;
  readonly tasks?: TaskService;
  readonly deadLetters?: DeadLetterService;
  readonly notes?: NoteService;
}

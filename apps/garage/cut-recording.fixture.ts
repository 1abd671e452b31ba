/** Cuts one made-up recording with chunkers that do what a test tells them, over a real spool and journal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import { sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { openFileSpool } from '@pitlane/spool-files';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import { shipperByLane } from '@pitlane/stages/70-ship';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import type { ChunkerJob } from './chunker-protocol.ts';
import type { Chunkers } from './chunker.ts';
import { type CutJob, cutRecording, type CutResult, nameOf } from './cut-recording.ts';
import { Deliveries } from './deliveries.ts';
import { DockProgress } from './dock-progress.ts';
import { IntakeTally } from './intake-tally.ts';
import { Urgencies, type Urgency } from './orders/urgencies.ts';
import { type DrivePlaces, ShipQueue } from './ship-queue.ts';
import { SpoolSpace } from './spool-space.ts';
import type { GarageTools } from './tools.ts';

export const content = new Uint8Array(Buffer.from('the bytes of a chunk'));
const { drive } = claimOf(content);
const recordingId = claimOf(content).chunk.recordingId;
export const entry: RecordingEntry = {
  ...drive,
  recordingId,
  dockId: 'dock',
  path: 'log.mcap',
  bytes: 100,
  headSha256: sha256Of('head'),
  beginning: null,
  format: 'mcap',
  state: 'staged',
  cut: null,
};
export const end: ChunkEvent = {
  type: 'end',
  profile: '',
  library: '',
  messages: 1,
  channels: [],
  losses: [],
  notes: ['seen'],
};
export const failure = (details: Record<string, string | boolean>): PitlaneError =>
  new PitlaneError('decoder-failed', 'decoding was given up', { details });

export const chunkOf = (ordinal: number, kind: ChunkFacts['kind'] = 'log'): ChunkFacts => ({
  ...claimOf(content, `${kind} ${ordinal}`).chunk,
  kind,
  ordinal,
  part: ordinal,
  windowStart: kind === 'log' ? '0' : null,
});

export class CutTrial implements AsyncDisposable {
  readonly store = new MemoryObjectStore();
  readonly log = new ListedMessages();
  readonly tools: GarageTools;
  /** What was asked of the chunkers: format, and how many chunks were said to be done. */
  readonly asked: [format: string, done: number][] = [];
  /** On which lane each chunk was shipped, in the order of shipping. */
  readonly lanes: [ordinal: number, lane: string][] = [];
  /** Of the copy that is cut. */
  room: CutJob['room'];
  places: DrivePlaces | undefined;
  readonly stop = new AbortController();
  queue: ShipQueue | undefined;
  readonly #folder: string;

  private constructor(folder: string, tools: Pick<GarageTools, 'spool' | 'journal'>) {
    const { store, log } = this;
    const settings = { spoolRoot: join(folder, 'spool'), shipsAtOnce: 2, warnPercent: 100, pausePercent: 100 };
    this.#folder = folder;
    this.tools = { ...tools, settings, store, log, telemetry: memoryLog() } as unknown as GarageTools;
  }

  static async open(): Promise<CutTrial> {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-cut-'));
    const spool = await openFileSpool({ root: join(folder, 'spool') });
    return new CutTrial(folder, { spool, journal: openSqliteJournal({ file: ':memory:' }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.tools.journal.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Seals a chunk in the spool, as a chunker does before it tells of it. */
  readonly sealed = async (facts: ChunkFacts): Promise<ChunkEvent> => {
    const file = await this.tools.spool.create(recordingFolder(entry), nameOf(facts));
    await file.append([content]);
    await file.seal();
    return { type: 'chunk', facts, known: false };
  };

  /** Chunkers that do, run after run, what they are told. */
  readonly chunkersThat = (...runs: ((job: ChunkerJob) => AsyncIterable<ChunkEvent>)[]): Chunkers => {
    const run = (job: ChunkerJob): AsyncIterable<ChunkEvent> => {
      this.asked.push([job.format, job.done.size]);
      return (runs.shift() as (typeof runs)[number])(job);
    };
    return { run } as unknown as Chunkers;
  };

  readonly cut = (
    chunkers: Chunkers,
    urgent: readonly Urgency[] | Urgencies = [],
    holes: CutJob['holes'] = [],
    more: Partial<RecordingEntry> = {},
  ): Promise<CutResult> => {
    const { store, log, tools, lanes } = this;
    const progress = new DockProgress('dock', '/disk', { monotonicMs: () => 0 }, new IntakeTally([], false), () => {});
    const job = {
      drive: { ...drive, labels: {}, startTime: null },
      entry: { ...entry, ...more },
      root: '/disk',
      path: 'log.mcap',
      version: null,
      beside: [],
      inspection: undefined,
      dockedAtMs: 1_767_225_600_000,
      urgencies: urgent instanceof Urgencies ? urgent : new Urgencies(99, urgent),
      queue: (this.queue = new ShipQueue({ max: 2, perLineMax: 2 }, this.places)),
      notes: [],
      holes,
      space: new SpoolSpace({ spool: tools.spool, ...tools.settings, telemetry: memoryLog() }),
      room: this.room,
      announced: Promise.resolve(),
      onChunked: async () => {},
      onStored: () => {},
    };
    const { signal } = this.stop;
    const telemetry = memoryLog();
    const wait = async (): Promise<void> => {};
    const shared = { wait, random: () => 0, telemetry };
    const transports = { urgent: 'claim-check', normal: 'claim-check', bulk: 'claim-check' } as const;
    const { spool, journal } = tools;
    const byLane = shipperByLane({ transports, store, log, frames: undefined, newAttempt: () => '', patience: shared });
    const deliveries = new Deliveries({
      ...shared,
      spool,
      journal,
      signal,
      ship: (claim, path, options) => {
        lanes.push([claim.chunk.ordinal, options.lane]);
        return byLane(claim, path, options);
      },
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
      deadlineMs: 1000,
      counters: { overdue: 0, resent: 0 },
      moved: () => {},
    });
    return cutRecording({ ...job, deliveries }, { chunkers, tools, progress, signal });
  };
}

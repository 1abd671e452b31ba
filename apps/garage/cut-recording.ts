/**
 * One staged recording through the chunker and the shipper, with the journal before and behind each step: chunks that an
 * earlier run sealed or shipped are not made again, and a recording that cannot be taken apart lands byte for byte, or stays
 * where it is if some of its topics may not leave. What is wanted first is cut in passes of its own before the rest; the last pass finds its chunks as done.
 */
import { assert, isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { laneOfPriority } from '@pitlane/contracts/frame';
import type { ChunkFacts, DriveFacts, LossFacts, RecordingFacts } from '@pitlane/contracts/manifest';
import { PLAN_VERSION, WINDOW_NS } from '@pitlane/contracts/plan';
import { DEFAULT_READ_LIMITS, type Inspection } from '@pitlane/formats/recording';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import type { Hole } from '@pitlane/stages/30-stage';
import { type ChunkEvent, chunkName } from '@pitlane/stages/40-chunk';
import type { Chunkers } from './chunker.ts';
import type { FileBeside } from './chunker-protocol.ts';
import type { Deliveries } from './deliveries.ts';
import type { DockProgress } from './dock-progress.ts';
import type { ShipLine } from './ship-line.ts';
import type { ShipQueue } from './ship-queue.ts';
import type { Reservation, SpoolSpace } from './spool-space.ts';
import { driveKeyOf } from './handlings.ts';
import { holdsChunk } from './still-stored.ts';
import type { GarageTools } from './tools.ts';
import type { Pass, Urgencies } from './orders/urgencies.ts';
import { staysWhole } from './what-may-leave.ts';
import { holeLoss, withheldWhole } from './whole-losses.ts';

/**
 * Sealed chunks that wait to be shipped while brokers or store are slow: the spool takes them up, so that the disk is read
 * to its end and may leave. They stand in the journal; here are their names alone.
 */
const WAITING_MAX = 10_000;

/** Beyond so many channels a log is made to hurt: the facts of each are held, signed and indexed. */
const READ_LIMITS = { ...DEFAULT_READ_LIMITS, channelsMax: 16_384 };

export interface CutJob {
  readonly drive: DriveFacts;
  readonly entry: RecordingEntry;
  /** Where its bytes are read: the docked folder, or the staged copy's. */
  readonly root: string;
  readonly path: string;
  readonly version: string | null;
  readonly beside: readonly FileBeside[];
  readonly notes: readonly string[];
  /** What the disk did not give of it: zeros stand there. */
  readonly holes: readonly Hole[];
  /** What an index said of it. */
  readonly inspection: Inspection | undefined;
  readonly urgencies: Urgencies;
  readonly queue: ShipQueue;
  /** By the garage's clock: no message is later. */
  readonly dockedAtMs: number;
  readonly deliveries: Deliveries;
  readonly space: Pick<SpoolSpace, 'isNearlyFull' | 'isFull'>;
  /** The store has it from an earlier run: no landing of it will come. */
  readonly onStored: (facts: ChunkFacts) => void;
  /** Kept free for its chunks: given back as they are sealed. */
  readonly room: Reservation | undefined;
  /** The cloud was told of the recording: it is cut meanwhile, and nothing of it leaves before. */
  readonly announced: Promise<void>;
  /** Every chunk is sealed; some may be on their way yet. */
  readonly onChunked: () => Promise<void>;
}

export interface CutResult {
  readonly entry: RecordingEntry;
  readonly chunks: number;
  /** Chunks that the store held before. */
  readonly chunksKnown: number;
  readonly bytesStored: number;
}

type EndEvent = ChunkEvent & { type: 'end' };

export interface CutTools {
  readonly chunkers: Chunkers;
  readonly tools: GarageTools;
  readonly progress: DockProgress;
  readonly signal: AbortSignal;
}

export class RecordingCut implements AsyncDisposable {
  readonly #job: CutJob;
  readonly #tools: CutTools;
  readonly #first: Cut;
  /** The file's own doing, as far as anybody knows. */
  #failed: PitlaneError | undefined;

  constructor(job: CutJob, tools: CutTools) {
    this.#job = job;
    this.#tools = tools;
    this.#first = new Cut(job, tools);
  }

  /** Seals what is wanted first, and begins to ship it. What its decoder fails at is answered with the rest. */
  async early(): Promise<void> {
    try {
      await this.#first.early(this.#job.entry.format);
    } catch (error) {
      if (!isPitlaneError(error, 'decoder-failed')) throw error;
      if (!wasKilled(error)) this.#failed = error;
    }
  }

  /** Seals and ships all the rest. */
  async rest(): Promise<CutResult> {
    const { entry, path, deliveries } = this.#job;
    const { telemetry, journal } = this.#tools.tools;
    if (staysWhole(entry)) return this.#withhold('it has no topics that could be told apart');
    try {
      // A hang costs its time once.
      if (this.#failed) throw this.#failed;
      const end = await this.#first.run(entry.format).catch((error: unknown) => {
        if (!wasKilled(error)) throw error;
        telemetry.warn('chunker.killed', { path });
        return undefined;
      });
      if (end) return this.#first.finish(end, null);
      // Somebody killed the process, not the file: what it sealed stands, and the recording has a second chance.
      return await this.#again(entry.format, null);
    } catch (error) {
      if (!isPitlaneError(error, 'decoder-failed') || entry.format === 'opaque') throw error;
      const reason = String(error.details.reason ?? error.message);
      telemetry.warn(entry.filter ? 'recording.withheld' : 'recording.landed-opaque', { path, reason });
      deliveries.forget(entry);
      journal.dropChunks(entry);
      if (entry.filter) return this.#withhold(reason);
      return this.#again('opaque', reason);
    }
  }

  /** Nothing of it is shipped any more; what is on its way ends. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#first.close();
  }

  /** Its bytes may hold topics that stay: none of them leaves. */
  async #withhold(reason: string): Promise<CutResult> {
    await using cut = new Cut(this.#job, this.#tools);
    return await cut.withhold(reason);
  }

  async #again(format: string, reason: string | null): Promise<CutResult> {
    const cut = new Cut(this.#job, this.#tools);
    return cut.finish(await cut.run(format), reason);
  }
}

/** All of a recording in one go. */
export async function cutRecording(job: CutJob, tools: CutTools): Promise<CutResult> {
  await using cut = new RecordingCut(job, tools);
  await cut.early();
  return await cut.rest();
}

const wasKilled = (error: unknown): boolean => isPitlaneError(error, 'decoder-failed') && error.details.killed === true;

class Cut implements AsyncDisposable {
  readonly #job: CutJob;
  readonly #chunkers: Chunkers;
  readonly #tools: GarageTools;
  readonly #progress: DockProgress;
  readonly #signal: AbortSignal;
  readonly #line: ShipLine;
  readonly #regrading: Disposable;
  /** Names that passes before the last have taken. */
  readonly #early = new Set<string>();
  /** Names of this try, where the journal has chunks of an earlier one that may not be among them. */
  #names: Set<string> | undefined;
  #chunks = 0;
  #known = 0;
  #bytesStored = 0;
  #firstChunk: ChunkFacts | undefined;

  constructor(job: CutJob, { chunkers, tools, progress, signal }: CutTools) {
    this.#job = job;
    this.#chunkers = chunkers;
    this.#tools = tools;
    this.#progress = progress;
    this.#signal = signal;
    const { queue, urgencies, entry, drive } = job;
    const factsOf = (name: string): ChunkFacts => {
      const chunk = tools.journal.chunk(entry, name);
      assert(chunk, 'what waits to be shipped stands in the journal');
      return chunk.facts;
    };
    this.#line = queue.open({
      drive: driveKeyOf(drive),
      signal,
      ship: ({ name, again }) => this.#ship(factsOf(name), name, again),
      priorityOf: (name) => urgencies.priorityOf(factsOf(name)),
    });
    this.#regrading = urgencies.onChange(() => this.#line.regrade());
  }

  /** The passes before the last. */
  async early(format: string): Promise<void> {
    const passes = this.#job.urgencies.passesOf(this.#job.inspection).filter(({ only }) => only);
    if (format === 'opaque' || passes.length === 0) return;
    const done = await this.#doneChunks();
    for (const pass of passes) await this.#pass(format, pass, done);
  }

  async run(format: string): Promise<EndEvent> {
    const { inspection, urgencies, room, onChunked } = this.#job;
    try {
      const last = urgencies.passesOf(inspection).at(-1) as Pass;
      this.#progress.began('chunk');
      const end = await this.#pass(format, last, await this.#doneChunks());
      room?.[Symbol.dispose]();
      await onChunked();
      await this.#line.allShipped();
      return end as EndEvent;
    } finally {
      await this.close();
    }
  }

  /** Cut to its end without a chunk: one loss tells of all of it. */
  async withhold(reason: string): Promise<CutResult> {
    const { entry, room, onChunked } = this.#job;
    room?.[Symbol.dispose]();
    this.#progress.began('chunk');
    this.#progress.did('chunk', entry.bytes);
    await onChunked();
    const none = { profile: '', library: '', messages: 0, channels: [], notes: [] };
    return this.finish({ type: 'end', ...none, losses: [withheldWhole(entry, reason)] }, null);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    this.#regrading[Symbol.dispose]();
    await this.#line.close();
  }

  /** @returns the end that the last pass tells */
  async #pass(format: string, { only, priority }: Pass, done: Map<string, ChunkFacts>): Promise<EndEvent | undefined> {
    const { drive, entry, root, path, version, beside, dockedAtMs } = this.#job;
    const { spoolRoot } = this.#tools.settings;
    const place = { root, path, version, beside };
    const ownJob = { ...drive, recordingId: entry.recordingId, done, ...place, format, dockedAtMs };
    const chunkerJob = {
      ...ownJob,
      spoolRoot,
      limits: READ_LIMITS,
      ...(only && { only }),
      ...(entry.filter && { filter: entry.filter }),
    };
    let readBytes = 0;
    let end: EndEvent | undefined;
    for await (const event of this.#chunkers.run(chunkerJob, this.#signal, priority)) {
      if (event.type === 'chunk') await this.#take(event.facts, done, only !== undefined);
      else if (event.type === 'end') end = event;
      else if (!only) {
        this.#progress.did('chunk', Math.max(0, event.readBytes - readBytes));
        readBytes = Math.max(readBytes, event.readBytes);
      }
    }
    if (end) this.#progress.did('chunk', Math.max(0, entry.bytes - readBytes));
    return end;
  }

  finish(end: EndEvent, opaqueReason: string | null): CutResult {
    const { entry, notes } = this.#job;
    this.#forgetOthers();
    const times = end.channels.flatMap(({ startTime, endTime }) =>
      startTime && endTime ? [BigInt(startTime), BigInt(endTime)] : [],
    );
    const recording: RecordingFacts = {
      recordingId: entry.recordingId,
      path: entry.path,
      format: opaqueReason === null ? entry.format : 'opaque',
      opaqueReason,
      profile: end.profile,
      library: end.library,
      bytes: entry.bytes,
      headSha256: entry.headSha256,
      planVersion: PLAN_VERSION,
      chunks: this.#chunks,
      messages: end.messages,
      startTime: times.length > 0 ? String(times.reduce((a, b) => (a < b ? a : b))) : null,
      endTime: times.length > 0 ? String(times.reduce((a, b) => (a > b ? a : b))) : null,
      notes: [...notes, ...end.notes].slice(0, 100),
      ...(end.clock && { clock: end.clock }),
    };
    const unread = opaqueReason === null ? end.losses : [this.#wholeLoss(opaqueReason)];
    const losses = [...this.#job.holes.map((hole) => holeLoss(entry.recordingId, hole)), ...unread];
    const { channels, evidence } = end;
    const cut: RecordingEntry = {
      ...entry,
      state: 'shipped',
      cut: { recording, channels, losses, ...(evidence && { evidence }) },
    };
    this.#tools.journal.putRecording(cut);
    return { entry: cut, chunks: this.#chunks, chunksKnown: this.#known, bytesStored: this.#bytesStored };
  }

  /** A known log that landed byte for byte is kept whole, and none of it was read. */
  #wholeLoss(reason: string): LossFacts {
    const { recordingId, bytes } = this.#job.entry;
    const keptIn = this.#firstChunk?.chunkId ?? null;
    const text = `the whole recording landed byte for byte: ${reason}`;
    return {
      recordingId,
      reason: 'landed-opaque',
      text,
      offset: 0,
      bytes,
      keptIn,
      topics: [],
      startTime: null,
      endTime: null,
    };
  }

  /** Chunks of an earlier try that went another way, as when it was landing opaque and was interrupted. */
  #forgetOthers(): void {
    const { journal } = this.#tools;
    if (!this.#names) return;
    const others: string[] = [];
    for (const { name } of journal.chunks(this.#job.entry)) if (!this.#names.has(name)) others.push(name);
    if (others.length === 0) return;
    this.#job.deliveries.forget(this.#job.entry, others);
    journal.dropChunks(this.#job.entry, others);
  }

  /** What the journal says is done, if this run made it, or the spool or the store still has it. */
  async #doneChunks(): Promise<Map<string, ChunkFacts>> {
    const { journal, spool, store } = this.#tools;
    const done = new Map<string, ChunkFacts>();
    const folder = recordingFolder(this.#job.entry);
    for (const { name, facts, state } of journal.chunks(this.#job.entry)) {
      this.#names ??= new Set();
      const isOwn = this.#early.has(name);
      const isSpooled = isOwn || (await spool.find(folder, name))?.bytes === facts.bytesStored;
      if (isSpooled || (state === 'shipped' && (await holdsChunk(store, facts)))) done.set(name, facts);
    }
    return done;
  }

  async #take(facts: ChunkFacts, done: Map<string, ChunkFacts>, isEarly: boolean): Promise<void> {
    const { journal } = this.#tools;
    const name = nameOf(facts);
    this.#names?.add(name);
    if (this.#early.has(name)) return;
    const again = done.has(name);
    if (!again) journal.putChunk(this.#job.entry, { name, facts, state: 'chunked' });
    if (!again) this.#job.room?.wrote(facts.bytesStored);
    if (isEarly) {
      this.#early.add(name);
      done.set(name, facts);
    }
    this.#chunks += 1;
    this.#bytesStored += facts.bytesStored;
    this.#firstChunk ??= facts;
    for (const stage of ['ship', 'land'] as const) this.#progress.expect(stage, facts.bytesStored);
    this.#line.add({ name, again, bytes: facts.bytesStored });
    // Where the spool's disk is nearly full the cut waits too: others live on it, the journal first of all.
    while (this.#line.waiting >= WAITING_MAX || (this.#line.waiting > 0 && (await this.#job.space.isNearlyFull())))
      await this.#line.changed();
    this.#line.throwIfFailed();
    if (await this.#job.space.isFull()) {
      const text = `the spool's disk is full (${this.#tools.settings.spoolRoot}): free space, then run again`;
      throw new PitlaneError('disk-full', text, { retryable: true });
    }
  }

  async #ship(facts: ChunkFacts, name: string, again: boolean): Promise<void> {
    const { drive, entry, deliveries, urgencies, announced, onStored } = this.#job;
    const { tenant, driveId, vehicleId } = drive;
    await announced;
    this.#progress.began('ship');
    const claim = { drive: { tenant, driveId, vehicleId }, chunk: facts };
    const lane = laneOfPriority(urgencies.priorityOf(facts));
    const { via, known } = await deliveries.send({ claim, recording: entry, name, again, lane });
    if (known) this.#known += 1;
    if (via === 'stored') onStored(facts);
    this.#progress.did('ship', facts.bytesStored);
  }
}

export function nameOf({ kind, group, windowStart, part }: ChunkFacts): string {
  return chunkName(kind, group, windowStart === null ? null : BigInt(windowStart) / WINDOW_NS, part);
}

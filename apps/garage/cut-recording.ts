/**
 * One staged recording through the chunker and the shipper, with the journal before and behind each step: chunks that an
 * earlier run sealed or shipped are not made again, and a recording that cannot be taken apart lands byte for byte.
 */
import { assert, isPitlaneError } from '@pitlane/base/errors';
import type { RecordingId } from '@pitlane/contracts/identity';
import type { ChunkFacts, DriveFacts, LossFacts, RecordingFacts } from '@pitlane/contracts/manifest';
import { PLAN_VERSION, WINDOW_NS } from '@pitlane/contracts/plan';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import type { Hole } from '@pitlane/stages/30-stage';
import { type ChunkEvent, chunkName } from '@pitlane/stages/40-chunk';
import type { Chunkers } from './chunker.ts';
import type { Deliveries } from './deliveries.ts';
import type { DockProgress } from './dock-progress.ts';
import type { SpoolSpace } from './spool-space.ts';
import { holdsChunk } from './still-stored.ts';
import type { GarageTools } from './tools.ts';

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
  readonly notes: readonly string[];
  /** What the disk did not give of it: zeros stand there. */
  readonly holes: readonly Hole[];
  /** Of the dock: 0 first, 99 last. */
  readonly priority: number;
  readonly deliveries: Deliveries;
  readonly space: Pick<SpoolSpace, 'isNearlyFull'>;
  /** The store has it from an earlier run: no landing of it will come. */
  readonly onStored: (facts: ChunkFacts) => void;
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

export async function cutRecording(
  job: CutJob,
  chunkers: Chunkers,
  tools: GarageTools,
  progress: DockProgress,
  signal: AbortSignal,
): Promise<CutResult> {
  const { format } = job.entry;
  const attempt = (): Cut => new Cut(job, chunkers, tools, progress, signal);
  try {
    const cut = attempt();
    const end = await cut.run(format).catch((error: unknown) => {
      if (!wasKilled(error)) throw error;
      tools.telemetry.warn('chunker.killed', { path: job.path });
      return undefined;
    });
    if (end) return cut.finish(end, null);
    // Somebody killed the process, not the file: what it sealed stands, and the recording has a second chance.
    const again = attempt();
    return again.finish(await again.run(format), null);
  } catch (error) {
    if (!isPitlaneError(error, 'decoder-failed') || format === 'opaque') throw error;
    const reason = String(error.details.reason ?? error.message);
    tools.telemetry.warn('recording.landed-opaque', { path: job.path, reason });
    job.deliveries.forget(job.entry);
    tools.journal.dropChunks(job.entry);
    const opaque = attempt();
    return opaque.finish(await opaque.run('opaque'), reason);
  }
}

const wasKilled = (error: unknown): boolean => isPitlaneError(error, 'decoder-failed') && error.details.killed === true;

class Cut {
  readonly #job: CutJob;
  readonly #chunkers: Chunkers;
  readonly #tools: GarageTools;
  readonly #progress: DockProgress;
  readonly #signal: AbortSignal;
  readonly #shipping = new Set<Promise<void>>();
  /** By name, and whether an earlier run sealed it. */
  readonly #waiting: { readonly name: string; readonly again: boolean }[] = [];
  #shipFailure: { error: unknown } | undefined;
  /** Names of this try, where the journal has chunks of an earlier one that may not be among them. */
  #names: Set<string> | undefined;
  #chunks = 0;
  #known = 0;
  #bytesStored = 0;
  #firstChunk: ChunkFacts | undefined;

  constructor(job: CutJob, chunkers: Chunkers, tools: GarageTools, progress: DockProgress, signal: AbortSignal) {
    this.#job = job;
    this.#chunkers = chunkers;
    this.#tools = tools;
    this.#progress = progress;
    this.#signal = signal;
  }

  async run(format: string): Promise<EndEvent> {
    const { drive, entry, root, path, version } = this.#job;
    const { settings } = this.#tools;
    const done = await this.#doneChunks();
    this.#progress.began('chunk');
    let readBytes = 0;
    let end: EndEvent | undefined;
    const chunkerJob = { ...drive, recordingId: entry.recordingId, done, root, path, version, format };
    const events = this.#chunkers.run(
      { ...chunkerJob, spoolRoot: settings.spoolRoot, limits: READ_LIMITS },
      this.#signal,
      this.#job.priority,
    );
    try {
      for await (const event of events) {
        if (event.type === 'chunk') await this.#take(event.facts, done);
        else if (event.type === 'progress') {
          this.#progress.did('chunk', Math.max(0, event.readBytes - readBytes));
          readBytes = Math.max(readBytes, event.readBytes);
        } else end = event;
      }
      await this.#job.onChunked();
      while (this.#shipping.size > 0) await Promise.race(this.#shipping);
    } finally {
      this.#waiting.length = 0;
      await Promise.all(this.#shipping);
    }
    if (this.#shipFailure) throw this.#shipFailure.error;
    this.#progress.did('chunk', Math.max(0, entry.bytes - readBytes));
    return end as EndEvent;
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
    };
    const unread = opaqueReason === null ? end.losses : [this.#wholeLoss(opaqueReason)];
    const losses = [...this.#job.holes.map((hole) => holeLoss(entry.recordingId, hole)), ...unread];
    const cut: RecordingEntry = { ...entry, state: 'shipped', cut: { recording, channels: end.channels, losses } };
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

  /** What the journal says is done, if the spool or the store still has it. */
  async #doneChunks(): Promise<Map<string, ChunkFacts>> {
    const { journal, spool, store } = this.#tools;
    const done = new Map<string, ChunkFacts>();
    const folder = recordingFolder(this.#job.entry);
    for (const { name, facts, state } of journal.chunks(this.#job.entry)) {
      this.#names ??= new Set();
      const isSpooled = (await spool.find(folder, name))?.bytes === facts.bytesStored;
      if (isSpooled || (state === 'shipped' && (await holdsChunk(store, facts)))) done.set(name, facts);
    }
    return done;
  }

  async #take(facts: ChunkFacts, done: ReadonlyMap<string, ChunkFacts>): Promise<void> {
    const { journal } = this.#tools;
    const name = nameOf(facts);
    this.#names?.add(name);
    if (!done.has(name)) journal.putChunk(this.#job.entry, { name, facts, state: 'chunked' });
    this.#chunks += 1;
    this.#bytesStored += facts.bytesStored;
    this.#firstChunk ??= facts;
    for (const stage of ['ship', 'land'] as const) this.#progress.expect(stage, facts.bytesStored);
    this.#waiting.push({ name, again: done.has(name) });
    this.#shipWaiting();
    // Where the spool's disk is nearly full the cut waits too: others live on it, the journal first of all.
    while (this.#waiting.length >= WAITING_MAX || (this.#waiting.length > 0 && (await this.#job.space.isNearlyFull())))
      await Promise.race(this.#shipping);
    if (this.#shipFailure) throw this.#shipFailure.error;
  }

  /** Begins what there is room for; each that ends begins the next. After a failure nothing is begun any more. */
  #shipWaiting(): void {
    const { journal, settings } = this.#tools;
    while (this.#shipping.size < settings.shipsAtOnce && !this.#shipFailure) {
      const next = this.#waiting.shift();
      if (!next) return;
      const chunk = journal.chunk(this.#job.entry, next.name);
      assert(chunk, 'what waits to be shipped stands in the journal');
      const shipping: Promise<void> = this.#ship(chunk.facts, next.name, next.again)
        .catch((error: unknown) => {
          this.#shipFailure ??= { error };
          this.#waiting.length = 0;
        })
        .finally(() => {
          this.#shipping.delete(shipping);
          this.#shipWaiting();
        });
      this.#shipping.add(shipping);
    }
  }

  async #ship(facts: ChunkFacts, name: string, again: boolean): Promise<void> {
    const { drive, entry, deliveries, onStored } = this.#job;
    const { tenant, driveId, vehicleId } = drive;
    this.#progress.began('ship');
    const claim = { drive: { tenant, driveId, vehicleId }, chunk: facts };
    const { via, known } = await deliveries.send({ claim, recording: entry, name, again });
    if (known) this.#known += 1;
    if (via === 'stored') onStored(facts);
    this.#progress.did('ship', facts.bytesStored);
  }
}

function holeLoss(recordingId: RecordingId, { offset, bytes }: Hole): LossFacts {
  const text = `the disk did not give bytes ${offset} to ${offset + bytes}: zeros stand in their place`;
  const known = { keptIn: null, topics: [], startTime: null, endTime: null };
  return { recordingId, reason: 'unreadable', text, offset, bytes, ...known };
}

export function nameOf({ kind, group, windowStart, part }: ChunkFacts): string {
  return chunkName(kind, group, windowStart === null ? null : BigInt(windowStart) / WINDOW_NS, part);
}

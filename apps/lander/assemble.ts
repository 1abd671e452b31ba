/**
 * The lander program put together: it assembles the frames of each lane and creates their objects, looks at the objects
 * that garages claim to have stored, and passes on what is true. It stands between the garage's link and the indexer; it
 * never writes the catalog.
 */
import { join } from 'node:path';
import { runTogether } from '@pitlane/base/flow';
import { systemWait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import { systemClock } from '@pitlane/base/time';
import { LANES } from '@pitlane/contracts/frame';
import { LogTopic } from '@pitlane/contracts/records';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { Assembler, type AssemblyCounters, landBatch } from '@pitlane/stages/80-land';

export interface LanderTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly telemetry: Log;
  /** Without it no chunk comes in frames. */
  readonly inline?: InlineOptions;
}

export interface InlineOptions {
  readonly frames: FrameLog;
  /** Of this lander alone, with a folder a lane below it. */
  readonly folder: string;
  /** Of each lane. */
  readonly capBytes: number;
  readonly incompleteMs: number;
}

/** @param settings as the table of settings has them */
export function inlineOptionsOf(
  settings: { readonly landerDiskBytes: number; readonly landerIncompleteSeconds: number },
  frames: FrameLog | undefined,
  folder: string,
): { readonly inline?: InlineOptions } {
  if (!frames) return {};
  const incompleteMs = settings.landerIncompleteSeconds * 1000;
  return { inline: { frames, folder, capBytes: settings.landerDiskBytes, incompleteMs } };
}

const GROUP = 'lander';
const BATCH_MAX = 200;
/** Thin chunks come by the hundred; each batch is a commit or three of the message log. */
const LINGER_MS = 50;

export class Lander {
  readonly #tools: LanderTools;
  #assemblers: readonly Assembler[] = [];
  /** Of the assemblers that ended before: counters go on over restarts. */
  #earlier: Readonly<Record<string, number>> = {};

  constructor(tools: LanderTools) {
    this.#tools = tools;
  }

  /** Runs until the signal aborts; rejects when store or log fail, and goes on where it stopped when run again. */
  async run(signal: AbortSignal): Promise<void> {
    this.#earlier = totalsOf(this.#counted());
    this.#assemblers = await this.#openAssemblers();
    await runTogether(signal, [
      (either) => this.#lookAtClaims(either),
      ...this.#assemblers.map((assembler) => (either: AbortSignal) => assembler.run(either)),
    ]);
  }

  /** By Prometheus name, summed over the lanes. */
  async metrics(): Promise<Record<string, number>> {
    const { log, inline } = this.#tools;
    const frames = inline && (await Promise.all(LANES.map((lane) => inline.frames.lag(lane, GROUP))));
    return {
      ...this.#counted(),
      pitlane_lander_claims_waiting: await log.lag(LogTopic.chunks, GROUP),
      ...Object.fromEntries(LANES.map((lane, at) => [`pitlane_lander_frames_waiting_${lane}`, frames?.[at] ?? 0])),
    };
  }

  #lookAtClaims(signal: AbortSignal): Promise<void> {
    const { store, log } = this.#tools;
    const options = { batchMax: BATCH_MAX, lingerMs: LINGER_MS, signal };
    return log.consume(LogTopic.chunks, GROUP, options, (batch) => landBatch(batch, { store, log }));
  }

  async #openAssemblers(): Promise<Assembler[]> {
    const { store, log, telemetry, inline } = this.#tools;
    if (!inline) return [];
    const { frames, folder, capBytes, incompleteMs } = inline;
    const tools = { frames, store, log, telemetry, clock: systemClock, wait: systemWait, random: Math.random };
    const options = { capBytes, incompleteMs, group: GROUP };
    return Promise.all(LANES.map((lane) => Assembler.open({ lane, folder: join(folder, lane), ...options }, tools)));
  }

  #counted(): Record<string, number> {
    const sum = (field: keyof AssemblyCounters): number =>
      this.#assemblers.reduce((total, { counters }) => total + counters[field], 0);
    const total = (name: string, field: keyof AssemblyCounters) => ({
      [name]: (this.#earlier[name] ?? 0) + sum(field),
    });
    return {
      pitlane_lander_attempts_open: sum('attemptsOpen'),
      pitlane_lander_assembly_bytes: sum('bytesHeld'),
      pitlane_lander_partitions_paused: sum('partitionsPaused'),
      ...total('pitlane_lander_frame_bytes_total', 'bytesAssembled'),
      ...total('pitlane_lander_landed_total', 'landed'),
      ...total('pitlane_lander_given_up_total', 'givenUp'),
      ...total('pitlane_lander_resend_asked_total', 'resent'),
      ...total('pitlane_lander_duplicate_frames_total', 'duplicates'),
      ...total('pitlane_lander_stray_frames_total', 'strays'),
    };
  }
}

const totalsOf = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name.endsWith('_total')));

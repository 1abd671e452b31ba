/**
 * One load an interval, whichever program makes it. Time is cut into intervals by BigQuery's clock, and the turn of an
 * interval is a job that does nothing, with an id made of dataset and interval. BigQuery makes a job id once, so of all
 * programs just one gets the turn: there is no lease to renew, to break or to clean up, and a program that dies with a turn
 * costs the others that interval.
 *
 * Who is in a hurry takes a turn that is still to come, so that over a day there are never more loads than intervals and the
 * few that may be taken ahead.
 */
import { randomUUID } from 'node:crypto';
import { isPitlaneError } from '@pitlane/base/errors';
import type { BigQueryApi } from './api.ts';
import { answered } from './load-rows.ts';
import type { SeqClock } from './seq-clock.ts';
import type { Timers } from './timers.ts';

/** With an interval of 60 s, loads of a day stay below the 1,500 that BigQuery takes for a table. */
const AHEAD_MAX = 15;

export interface TurnTools {
  readonly api: BigQueryApi;
  readonly datasetId: string;
  readonly seqs: SeqClock;
  readonly timers: Timers;
}

/** Resolves with whether this program, of all, is the one that got what `name` stands for: it is given once for all time. */
export async function taken({ api, datasetId, timers }: TurnTools, name: string, holder: string): Promise<boolean> {
  const jobId = `pitlane_${datasetId}_turn_${name}`;
  const configuration = { labels: { holder }, query: { query: 'SELECT 1', useLegacySql: false } };
  try {
    await answered(timers, () => api.insertJob(jobId, configuration));
    return true;
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  // By another program, or by a request of this one whose answer was lost: the label tells.
  try {
    const job = await answered(timers, () => api.jobOf(jobId));
    return job.configuration?.labels?.['holder'] === holder;
  } catch (error) {
    // A job of another account may not even be looked at.
    if (isPitlaneError(error, 'refused')) return false;
    throw error;
  }
}

export class LoadTurns {
  readonly #tools: TurnTools;
  readonly #everyMs: number;
  readonly #holder = randomUUID();
  /** Turns up to here are gone. */
  #goneTo = Number.NEGATIVE_INFINITY;

  /** @param everyMs the interval, the same in all programs; 0: every moment is a turn. */
  constructor(tools: TurnTools, everyMs: number) {
    this.#tools = tools;
    this.#everyMs = everyMs;
  }

  /** Resolves when this program may load once. @param hurry once aborted, turns to come are taken too. */
  async take(hurry: AbortSignal): Promise<void> {
    if (this.#everyMs === 0) return;
    for (;;) {
      const now = Math.floor(this.#tools.seqs.nowMs() / this.#everyMs);
      const last = now + (hurry.aborted ? AHEAD_MAX : 0);
      while (this.#goneTo < last) {
        const turn = Math.max(now, this.#goneTo + 1);
        this.#goneTo = turn;
        const name = new Date(turn * this.#everyMs).toISOString().replace(/\W/g, '-');
        if (await taken(this.#tools, name, this.#holder)) return;
      }
      await this.#until((hurry.aborted ? now + 1 : this.#goneTo + 1) * this.#everyMs, hurry);
    }
  }

  /** Until a time by BigQuery's clock, or until there is a hurry that was not there before. */
  #until(timeMs: number, hurry: AbortSignal): Promise<void> {
    const { seqs, timers } = this.#tools;
    return new Promise((resolve) => {
      const go = (): void => {
        cancel();
        hurry.removeEventListener('abort', go);
        resolve();
      };
      const cancel = timers.after(Math.max(1, timeMs - seqs.nowMs()), go);
      hurry.addEventListener('abort', go, { once: true });
    });
  }
}

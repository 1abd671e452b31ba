/**
 * What people ask a garage for: said in words first, carried out after ten seconds unless it is taken back, and kept for good
 * with what came of it. Each step stands in the journal before anybody hears of it. What waited when the node stopped waits
 * its ten seconds again, so that it can still be taken back; what is too old for that is dropped, and that is said.
 */
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { keepTrying, type Patience } from '@pitlane/base/retry';
import type { Clock } from '@pitlane/base/time';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import type { ActionEntry, Journal, UntoldNote } from '@pitlane/ports/journal';
import type { NoteTools } from '@pitlane/stages/95-note';
import { type ActionTools, KINDS } from './action-kinds.ts';
import { correctionOf, tellNotes } from './action-notes.ts';
import { type ActionRequest, type ActionStatus, statusOf } from './action-status.ts';
import { type ActionTarget, targetOf } from './action-target.ts';

export const UNDO_MS = 10_000;
/** What waited longer than this while the node was down is not wanted any more, perhaps. */
export const RESUME_WITHIN_MS = 600_000;
const WAITING_MAX = 100;
const KEPT_MAX = 10_000;

export interface ActionsTools extends ActionTools, Patience, Omit<NoteTools, 'catalog'> {
  readonly journal: Pick<Journal, 'actions' | 'docks' | 'recordingsOfDrive'>;
  readonly clock: Clock;
  readonly newActionId: () => string;
  /** Something became of an action. */
  readonly tell: (action: ActionStatus) => void;
}

export class Actions {
  readonly #tools: ActionsTools;
  /** Those that can be taken back. */
  readonly #waiting = new Map<string, AbortController>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(tools: ActionsTools) {
    this.#tools = tools;
  }

  /** What it would do. Throws what keeps it from being done. */
  async say(request: ActionRequest): Promise<{ readonly text: string }> {
    const { text } = await this.#said(request);
    return { text };
  }

  /** Errors: those of `say`, and `limit-exceeded`. */
  async ask(request: ActionRequest): Promise<ActionStatus> {
    const { journal, clock, newActionId } = this.#tools;
    const { target, text } = await this.#said(request);
    if (this.#waiting.size >= WAITING_MAX) {
      throw new PitlaneError('limit-exceeded', `${WAITING_MAX} actions wait already: ask again in a few seconds`);
    }
    const nowMs = clock.nowMs();
    const { kind, author = null } = request;
    const about = { ...target, args: argsOf(request), text, author };
    const times = { askedAtMs: nowMs, dueAtMs: nowMs + UNDO_MS, endedAtMs: null };
    const action = { actionId: newActionId(), kind, state: 'waiting', ...about, ...times, error: null } as const;
    this.#put(action);
    journal.actions.trim(KEPT_MAX);
    this.#begin(this.#later(action));
    return statusOf(action);
  }

  /** Takes back what was not begun. Errors: `not-found`, `refused`. */
  undo(actionId: string): ActionStatus {
    const action = this.#tools.journal.actions.find(actionId);
    if (!action) throw new PitlaneError('not-found', `there is no action ${JSON.stringify(actionId)}`);
    const waiting = this.#waiting.get(actionId);
    if (!waiting) throw new PitlaneError('refused', `it cannot be taken back: ${stateText(action)}`);
    this.#waiting.delete(actionId);
    const undone = this.#put({ ...action, state: 'undone', endedAtMs: this.#tools.clock.nowMs() });
    waiting.abort();
    return undone;
  }

  /** The newest first. @param before older ones than this */
  list(max: number, before?: string): { readonly actions: readonly ActionStatus[]; readonly next: string | null } {
    const found = this.#tools.journal.actions.newest(max + 1, before);
    const shown = found.slice(0, max);
    return { actions: shown.map(statusOf), next: found.length > max ? (shown.at(-1)?.actionId ?? null) : null };
  }

  /** Goes on with what waited when the node last stopped. */
  resume(): void {
    const { journal, clock } = this.#tools;
    const nowMs = clock.nowMs();
    for (const action of journal.actions.open()) {
      if (action.state !== 'waiting') this.#begin(this.#tellNotes(action));
      else if (nowMs - action.askedAtMs > RESUME_WITHIN_MS) {
        const error = 'dropped: the node stopped before it was due, and was away for long; ask for it again';
        this.#put({ ...action, state: 'failed', endedAtMs: nowMs, error });
      } else {
        const again = { ...action, dueAtMs: nowMs + UNDO_MS };
        this.#put(again);
        this.#begin(this.#later(again));
      }
    }
  }

  /** A drive that joined one without a vehicle, of a dock whose vehicle somebody named. Its dock says so again after a crash. */
  correct(drive: DriveFacts, vehicleId: string): void {
    const author = `garage ${this.#tools.settings.garage}`;
    const said = { vehicleId, reason: 'named in the garage', author, correctedAtMs: this.#tools.clock.nowMs() };
    this.#begin(this.#keepTelling([correctionOf(drive, said)]));
  }

  /** Resolves when nothing is being carried out; what waits is left for the next start. */
  async close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #said(request: ActionRequest): Promise<{ readonly target: ActionTarget; readonly text: string }> {
    const target = targetOf(request, this.#tools);
    return { target, text: await KINDS[request.kind].say(request, target, this.#tools) };
  }

  #begin(work: Promise<void>): void {
    const { telemetry } = this.#tools;
    const ended = work
      .catch((error: unknown) => telemetry.error('action.unwritten', { error: messageOf(error) }))
      .finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  async #later(action: ActionEntry): Promise<void> {
    const { wait, signal } = this.#tools;
    const undone = new AbortController();
    this.#waiting.set(action.actionId, undone);
    await wait(UNDO_MS, AbortSignal.any([signal, undone.signal]));
    this.#waiting.delete(action.actionId);
    if (!signal.aborted && !undone.signal.aborted) await this.#carryOut(action);
  }

  async #carryOut(action: ActionEntry): Promise<void> {
    const { clock, telemetry, signal } = this.#tools;
    const { actionId, kind } = action;
    try {
      const { text = action.text, untold = [] } = await KINDS[kind].carryOut(action as never, this.#tools);
      const done = { ...action, text, state: 'done', endedAtMs: clock.nowMs(), untold } as const;
      this.#put(done);
      telemetry.info('action.done', { actionId, kind, text });
      await this.#tellNotes(done);
    } catch (error) {
      if (signal.aborted) return; // it waits again at the next start
      telemetry.warn('action.failed', { actionId, kind, error: messageOf(error) });
      this.#put({ ...action, state: 'failed', endedAtMs: clock.nowMs(), error: messageOf(error) });
    }
  }

  /** Whatever the garage itself had to do is done by now. */
  async #tellNotes(action: ActionEntry): Promise<void> {
    const { untold = [] } = action;
    if (untold.length === 0) return;
    await this.#keepTelling(untold);
    if (!this.#tools.signal.aborted) this.#put({ ...action, untold: [] });
  }

  /** For as long as the cloud is away. */
  async #keepTelling(untold: readonly UntoldNote[]): Promise<void> {
    try {
      await keepTrying('telling what was said of a drive', () => tellNotes(untold, this.#tools), this.#tools);
    } catch (error) {
      if (!isPitlaneError(error, 'interrupted')) throw error;
    }
  }

  #put(action: ActionEntry): ActionStatus {
    this.#tools.journal.actions.put(action);
    const status = statusOf(action);
    this.#tools.tell(status);
    return status;
  }
}

function argsOf({ vehicleId, priority, before, time, note }: ActionRequest): Record<string, string | number> {
  const args = Object.entries({ vehicleId, priority, before, time, note });
  return Object.fromEntries(args.filter((arg): arg is [string, string | number] => arg[1] !== undefined));
}

function stateText({ state, endedAtMs, error, text }: ActionEntry): string {
  if (state === 'waiting') return 'it is being carried out';
  const at = endedAtMs === null ? '' : ` at ${new Date(endedAtMs).toISOString()}`;
  return `it was ${state}${at} (${error ?? text})`;
}

/** Waits for the cloud's answers to closed docks. One reader takes them all; each dock waits for its own. */
import { runTogether } from '@pitlane/base/flow';
import { type Answer, type Landing, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';

const BATCH_MAX = 100;
/** Landings are for progress and for the state `landed` only. */
const LINGER_MS = 200;

export type Resend = Extract<Answer, { type: 'resend' }>;

export class Answers {
  readonly #log: MessageLog;
  readonly #group: string;
  readonly #waiting = new Map<string, AnswerInbox>();
  readonly #landed = new Map<string, Set<(landing: Landing) => void>>();
  readonly #resends = new Set<(answer: Resend) => void>();

  /** @param garage each garage hears every answer, and goes on where it stopped */
  constructor(log: MessageLog, garage: string) {
    this.#log = log;
    this.#group = `garage-${garage}`;
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { answers, landings } = LogTopic;
    await runTogether(signal, [
      (either) =>
        this.#log.consume(answers, this.#group, { batchMax: BATCH_MAX, signal: either }, async (batch) => {
          for (const record of batch) this.#take(JSON.parse(record.value) as Answer);
        }),
      (either) =>
        this.#log.consume(
          landings,
          this.#group,
          { batchMax: BATCH_MAX, lingerMs: LINGER_MS, signal: either },
          async (batch) => {
            for (const record of batch) {
              const landing = JSON.parse(record.value) as Landing;
              for (const tell of this.#landed.get(landing.drive.driveId) ?? []) tell(landing);
            }
          },
        ),
    ]);
  }

  /** The answers to one dock of a drive from now on, until the returned inbox is disposed of. */
  listen(dockId: string, driveId: string, signal: AbortSignal): AnswerInbox {
    const key = `${dockId}\n${driveId}`;
    const inbox = new AnswerInbox(signal, () => this.#waiting.delete(key));
    this.#waiting.set(key, inbox);
    return inbox;
  }

  /** Tells of each landing of a drive, until what it returns is disposed of. */
  onLanding(driveId: string, tell: (landing: Landing) => void): Disposable {
    const told = this.#landed.get(driveId) ?? new Set();
    this.#landed.set(driveId, told.add(tell));
    return {
      [Symbol.dispose]: () => {
        told.delete(tell);
        if (told.size === 0) this.#landed.delete(driveId);
      },
    };
  }

  /** Tells of chunks that a lander or a person asks for again, whosever they are, until it is disposed of. */
  onResend(tell: (answer: Resend) => void): Disposable {
    this.#resends.add(tell);
    return { [Symbol.dispose]: () => void this.#resends.delete(tell) };
  }

  #take(answer: Answer): void {
    if (answer.type === 'resend' && answer.dockId === '') {
      for (const tell of this.#resends) tell(answer);
      return;
    }
    const driveId = answer.type === 'receipt' ? answer.receipt.body.driveId : answer.driveId;
    this.#waiting.get(`${answer.dockId}\n${driveId}`)?.put(answer);
  }
}

export class AnswerInbox implements Disposable {
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  readonly #queue: Answer[] = [];
  #wake = (): void => {};

  constructor(signal: AbortSignal, leave: () => void) {
    this.#signal = signal;
    this.#leave = leave;
    signal.addEventListener('abort', this.#onAbort);
  }

  put(answer: Answer): void {
    this.#queue.push(answer);
    this.#wake();
  }

  /**
   * The answer to the manifest with this hash. An answer to an earlier manifest of the same dock, as comes after a crash, is
   * passed over.
   */
  async answerTo(manifestSha256: string): Promise<Answer> {
    for (;;) {
      this.#signal.throwIfAborted();
      const answer = this.#queue.shift();
      if (!answer) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (manifestOf(answer) === manifestSha256) return answer;
    }
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#leave();
  }

  readonly #onAbort = (): void => this.#wake();
}

const manifestOf = (answer: Answer): string | null =>
  answer.type === 'receipt' ? answer.receipt.body.manifestSha256 : answer.manifestSha256;

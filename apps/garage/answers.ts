/** Waits for the cloud's answers to closed docks. One reader takes them all; each dock waits for its own. */
import type { Answer } from '@pitlane/contracts/records';
import { LogTopic } from '@pitlane/contracts/records';
import type { Landing } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';

export class Answers {
  readonly #log: MessageLog;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #landed = new Map<string, (bytes: number) => void>();

  constructor(log: MessageLog) {
    this.#log = log;
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const options = { batchMax: 100, signal };
    await Promise.all([
      this.#log.consume(LogTopic.answers, 'garage', options, async (batch) => {
        for (const record of batch) this.#take(JSON.parse(record.value) as Answer);
      }),
      this.#log.consume(LogTopic.landings, 'garage', options, async (batch) => {
        for (const record of batch) {
          const { drive, stored } = JSON.parse(record.value) as Landing;
          this.#landed.get(drive.driveId)?.(stored.bytesStored);
        }
      }),
    ]);
  }

  /** The answer to this manifest. Ask before it is sent; an answer to an earlier one of the dock is not it. */
  next(dockId: string, driveId: string, signal: AbortSignal): Promise<Answer> {
    const key = `${dockId}\n${driveId}`;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(key);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(key, (answer) => {
        this.#waiting.delete(key);
        signal.removeEventListener('abort', stop);
        resolve(answer);
      });
    });
  }

  /** Tells of each landing of a drive, for progress, until the returned function is called. */
  onLanding(driveId: string, tell: (bytes: number) => void): () => void {
    this.#landed.set(driveId, tell);
    return () => void this.#landed.delete(driveId);
  }

  #take(answer: Answer): void {
    const driveId = answer.type === 'receipt' ? answer.receipt.body.driveId : answer.driveId;
    this.#waiting.get(`${answer.dockId}\n${driveId}`)?.(answer);
  }
}

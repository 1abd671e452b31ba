/** What was lost in one leaf page of messages, gathered so that it becomes one line of the diary. */
import type { LossReason } from '../recording/index.ts';
import type { PageDiary } from './page-diary.ts';

const TEXTS: Partial<Record<LossReason, string>> = {
  'unknown-channel': 'belong to topics that are declared nowhere',
  truncated: 'go on in pages past the end of the file',
};

export class LostMessages {
  /** Whether the page's cells do not come to what it says is in use, so that rows may be missing. */
  isUnaccounted = false;
  #rows = 0;
  #reason: LossReason | undefined;
  readonly #topics = new Set<string>();
  #startTimeNs: bigint | undefined;
  #endTimeNs: bigint | undefined;

  get isEmpty(): boolean {
    return this.#rows === 0 && !this.isUnaccounted;
  }

  /** Counts a row that was not read; damage is worse than the other reasons and stands for them. */
  count(reason: LossReason): void {
    this.#rows += 1;
    this.#reason = this.#reason === undefined || this.#reason === reason ? reason : 'corrupt-record';
  }

  /** What the beginning of a lost row still shows. */
  message(topic: string, timeNs: bigint): void {
    this.#topics.add(topic);
    if (this.#startTimeNs === undefined || timeNs < this.#startTimeNs) this.#startTimeNs = timeNs;
    if (this.#endTimeNs === undefined || timeNs > this.#endTimeNs) this.#endTimeNs = timeNs;
  }

  tell(page: number, diary: PageDiary): void {
    const reason = this.#rows === 0 || this.isUnaccounted ? 'corrupt-record' : (this.#reason ?? 'corrupt-record');
    const rows = `${this.#rows} of its messages ${TEXTS[reason] ?? 'cannot be read'}`;
    const text = this.isUnaccounted ? `${rows}, and its cells do not come to what it says is in use` : rows;
    const times = { startTimeNs: this.#startTimeNs, endTimeNs: this.#endTimeNs };
    diary.page(page, reason, text, { topics: [...this.#topics], ...times });
  }
}

/** Says which pages are lost, and of what is missing past the end of the file once. */
import type { LossReason } from '../recording/index.ts';
import type { BagEvents } from './bag-events.ts';
import type { PageFile } from './page-file.ts';
import type { PageFault } from './walk-tree.ts';

/** What is known of the rows that a lost page held. */
export interface LostRows {
  readonly topics: readonly string[];
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
}

const FAULT_TEXTS: Readonly<Record<PageFault, string>> = {
  children: 'it points to pages that are not what they should be',
  outside: 'it points past the end of the file',
  cells: 'its cells do not come to what it says is in use',
};

export class PageDiary {
  readonly #events: BagEvents;
  readonly #file: PageFile;
  #isEndMissing = false;

  constructor(events: BagEvents, file: PageFile) {
    this.#events = events;
    this.#file = file;
  }

  page(number: number, reason: LossReason, text: string, rows?: LostRows): void {
    this.pages(number, number, reason, `page ${number} at ${this.#file.offsetOf(number)}: ${text}`, rows);
  }

  pages(first: number, last: number, reason: LossReason, text: string, rows?: LostRows): void {
    const offset = this.#file.offsetOf(first);
    const end = Math.min(this.#file.offsetOf(last + 1), this.#file.sizeBytes);
    this.#events.lost({ reason, text, offset, end, ...rows });
  }

  fault(number: number, fault: PageFault): void {
    if (fault === 'outside') this.endIsMissing(`page ${number} points past its end`);
    else this.page(number, 'corrupt-record', FAULT_TEXTS[fault]);
  }

  endIsMissing(clause: string): void {
    if (this.#isEndMissing) return;
    this.#isEndMissing = true;
    const size = this.#file.sizeBytes;
    this.#events.lost({ reason: 'truncated', text: `the file ends early: ${clause}`, offset: size, end: size });
  }
}

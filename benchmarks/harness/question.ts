/** What a question of the benchmark is, and what each is given to answer with. */
import type { Pitlane } from './pitlane.ts';
import type { Services } from './services.ts';
import type { Row } from './table.ts';
import type { Scratch } from './scratch.ts';

export interface Question {
  readonly name: string;
  /** What is asked, and why it is worth knowing. */
  readonly asks: string;
  answer(bench: Bench): Promise<readonly Row[]>;
}

export interface Bench {
  readonly scratch: Scratch;
  readonly pitlane: Pitlane;
  readonly seed: number;
  /** Interleaved pairs behind a median. */
  readonly pairs: number;
  /** Also what takes tens of gigabytes and the better part of an hour. */
  readonly full: boolean;
  /** A Python with the reference readers, and a folder of real logs, where the machine has them. */
  readonly python: string | undefined;
  readonly realLogs: string | undefined;
  /** The broker, where `deploy/local` started one around the benchmark. */
  readonly services: Services | undefined;
  /** A line for the person who waits. */
  say(text: string): void;
}

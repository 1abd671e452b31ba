/** The exit codes, and which error leads to which: the one place that knows. */
import { type ErrorCode, isPitlaneError } from '@pitlane/base/errors';

export const Exit = {
  /** Done and verified. */
  done: 0,
  /** Failed, or found wrong. */
  failed: 1,
  wrongUsage: 2,
  /** Done, with loss reported. */
  loss: 3,
  /** Safe but unfinished: run again to go on. */
  unfinished: 4,
  /** No receipt, or not yours. */
  refused: 5,
} as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

const OF_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  'bad-usage': Exit.wrongUsage,
  'bad-settings': Exit.wrongUsage,
  'not-found': Exit.failed,
  'corrupt-input': Exit.failed,
  'limit-exceeded': Exit.failed,
  'changed-while-read': Exit.unfinished,
  'already-exists': Exit.failed,
  'checksum-mismatch': Exit.failed,
  unavailable: Exit.unfinished,
  'disk-full': Exit.unfinished,
  refused: Exit.refused,
  busy: Exit.failed,
  interrupted: Exit.unfinished,
  'decoder-failed': Exit.failed,
  internal: Exit.failed,
};

export const exitCodeOf = (error: unknown): ExitCode =>
  isPitlaneError(error) ? (OF_ERROR[error.code] ?? Exit.failed) : Exit.failed;

/** Of several outcomes the one that needs a person most: failed, refused, unfinished, loss, done. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [Exit.wrongUsage, Exit.failed, Exit.refused, Exit.unfinished, Exit.loss];
  return order.find((code) => codes.includes(code)) ?? Exit.done;
}

/**
 * The one error class of Pitlane and the list of its codes. Every shelf throws it for the world's mistakes; a
 * programmer's mistake is an assertion. It never carries a secret, and it is never thrown twice for one cause.
 */

/** What an operator would do differently about it decides whether a code exists. */
export const ERROR_CODES = [
  'bad-usage', // the caller's words are off: correct the call
  'bad-settings', // correct the settings named in the text
  'not-found', // no such drive, object, file
  'corrupt-input', // the bytes do not mean what they claim
  'limit-exceeded', // a declared or real size passes a cap
  'changed-while-read', // the source moved under us: dock it again
  'already-exists', // create-only write met other content
  'checksum-mismatch', // what was read is not what was written
  'unavailable', // the other side is away: try again later
  'disk-full', // free space, then run again
  'refused', // no receipt, not yours, not allowed
  'busy', // another node holds this home, or the port is taken
  'interrupted', // stopped by signal or deadline: run again to go on
  'decoder-failed', // a child that decoded a recording died or hung
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorOptions {
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable?: boolean;
  cause?: unknown;
  /** Plain facts for `--json` and problem+json: no secrets, no buffers. */
  details?: Readonly<Record<string, string | number | boolean>>;
}

export class PitlaneError extends Error {
  override readonly name = 'PitlaneError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  /** @param message what happened, where, and what to do next. */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** Whether `error` is a PitlaneError, of one of `codes` if any are given. */
export function isPitlaneError(error: unknown, ...codes: ErrorCode[]): error is PitlaneError {
  return error instanceof PitlaneError && (codes.length === 0 || codes.includes(error.code));
}

/** An error as it travels between threads and processes, which keep no classes. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** Anything thrown; what is none of ours travels as `internal`. */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof PitlaneError)) return { code: 'internal', message: messageOf(error), retryable: false };
  const { code, message, retryable } = error;
  return { code, message, retryable };
}

export const errorFromPlain = ({ code, message, retryable }: PlainError): PitlaneError =>
  new PitlaneError(code, message, { retryable });

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws for a programmer's mistake; never used to judge input. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${claim}`);
}

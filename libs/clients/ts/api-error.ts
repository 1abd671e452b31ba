/** What went wrong, in the words of the node: RFC 9457 problem details with its code. */
export class PitlaneApiError extends Error {
  override readonly name = 'PitlaneApiError';
  /** `not-found`, `refused`, `unavailable`, …; the README has the list. */
  readonly code: string;
  /** Of the HTTP answer; 0 where there was none. */
  readonly status: number;
  /** The same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(code: string, message: string, status: number, retryable: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.retryable = retryable;
  }
}

export async function errorFromAnswer(answer: Response): Promise<PitlaneApiError> {
  const { status } = answer;
  const problem = (await answer.json().catch(() => ({}))) as { code?: unknown; detail?: unknown; retryable?: unknown };
  const code = typeof problem.code === 'string' ? problem.code : status === 503 ? 'unavailable' : 'internal';
  const detail = typeof problem.detail === 'string' ? problem.detail : `the node answered with status ${status}`;
  return new PitlaneApiError(code, detail, status, problem.retryable === true || status === 503);
}

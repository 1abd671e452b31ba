/**
 * What BigQuery answers, as one of our errors. The client's own error is dropped, not kept as a cause: it carries the
 * request with its token. What is kept is BigQuery's reason and the first line of its text.
 */
import { isPitlaneError, messageOf, PitlaneError, type ErrorCode } from '@pitlane/base/errors';
import type { ApiError } from './api.ts';

interface Verdict {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly next: string;
}

const AGAIN: Verdict = { code: 'unavailable', retryable: true, next: 'try again later' };
const RIGHTS: Verdict = {
  code: 'refused',
  next: 'give the account of this program BigQuery Job User on the project and BigQuery Data Editor on the dataset',
};
const NARROW: Verdict = { code: 'limit-exceeded', next: 'narrow the query down' };
const SQL: Verdict = { code: 'bad-usage', next: 'correct the SQL' };

const BY_REASON: Readonly<Record<string, Verdict>> = {
  accessDenied: RIGHTS,
  authError: { code: 'bad-settings', next: 'check the credentials of this program' },
  backendError: AGAIN,
  badRequest: SQL,
  billingNotEnabled: { code: 'bad-settings', next: 'enable billing for the project' },
  billingTierLimitExceeded: NARROW,
  bytesBilledLimitExceeded: NARROW,
  duplicate: { code: 'already-exists', next: 'look at what is there' },
  internalError: AGAIN,
  invalid: { code: 'bad-usage', next: 'correct the request' },
  invalidQuery: SQL,
  jobBackendError: AGAIN,
  jobInternalError: AGAIN,
  jobRateLimitExceeded: AGAIN,
  notFound: { code: 'not-found', next: 'check the names of project, dataset and location' },
  quotaExceeded: { ...AGAIN, next: 'load less often, or ask for more quota, then try again' },
  rateLimitExceeded: AGAIN,
  resourcesExceeded: NARROW,
  responseTooLarge: NARROW,
  stopped: { code: 'interrupted', next: 'run it again to go on' },
  tableUnavailable: AGAIN,
  timeout: NARROW,
};

const BY_STATUS: Readonly<Record<number, Verdict>> = {
  400: SQL,
  401: { code: 'bad-settings', next: 'check the credentials of this program' },
  403: RIGHTS,
  404: { code: 'not-found', next: 'check the names of project, dataset and location' },
  408: AGAIN,
  409: { code: 'already-exists', next: 'look at what is there' },
  429: AGAIN,
};

const NETWORK = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const TOKEN = /\b(Bearer|ya29\.)\s*[\w.~+/-]+=*/g;

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').replace(TOKEN, '(a token)').slice(0, 800);

/** Of anything that a request threw. */
export function bigQueryErrorFrom(error: unknown): PitlaneError {
  if (isPitlaneError(error)) return error;
  const { code, errors } = error as { code?: unknown; errors?: readonly ApiError[] };
  const reason = errors?.[0]?.reason;
  const text = errors?.[0]?.message ?? messageOf(error);
  if (typeof code === 'number') return made(verdictOf(code, reason), text, reason, code);
  if (typeof code === 'string' && NETWORK.test(code))
    return made({ ...AGAIN, next: 'check the network' }, text, reason);
  if (/default credentials|could not refresh access token/i.test(text)) {
    return made({ code: 'bad-settings', next: 'give this program Google credentials' }, text, reason);
  }
  if (/socket hang up|network|premature close|fetch failed|timeout/i.test(text)) return made(AGAIN, text, reason);
  return made({ code: 'internal', next: 'report it' }, text, reason);
}

/** Of the result of a job that ended in failure. */
export function jobErrorFrom({ reason, message }: ApiError): PitlaneError {
  const verdict = BY_REASON[reason ?? ''] ?? { code: 'internal' as const, next: 'look at the job in the console' };
  return made(verdict, message ?? 'the job failed without a text', reason);
}

function verdictOf(status: number, reason: string | undefined): Verdict {
  if (status >= 500) return AGAIN;
  return BY_REASON[reason ?? ''] ?? BY_STATUS[status] ?? { code: 'internal', next: 'report it' };
}

function made(
  { code, retryable = false, next }: Verdict,
  text: string,
  reason: string | undefined,
  status?: number,
): PitlaneError {
  return new PitlaneError(code, `BigQuery: ${firstLine(text)} (${next})`, {
    retryable,
    details: { ...(reason === undefined ? {} : { reason }), ...(status === undefined ? {} : { status }) },
  });
}

/** Errors as RFC 9457 problem details, both ways: our codes decide the HTTP status, and a client gets the code back. */
import { type ErrorCode, isPitlaneError, messageOf } from '@pitlane/base/errors';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-usage': 400,
  'bad-settings': 400,
  'not-found': 404,
  'corrupt-input': 422,
  'limit-exceeded': 413,
  'changed-while-read': 409,
  'already-exists': 409,
  'checksum-mismatch': 422,
  unavailable: 503,
  'disk-full': 507,
  refused: 403,
  busy: 409,
  interrupted: 503,
  'decoder-failed': 422,
  internal: 500,
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** What the outside is told. Of what is no PitlaneError it hears only that it happened: the log has the rest. */
export function problemFrom(error: unknown): Problem {
  if (isPitlaneError(error)) {
    const { code, message, retryable, details } = error;
    const about = { detail: message, code, retryable, ...(Object.keys(details).length > 0 && { details }) };
    return { type: `urn:pitlane:error:${code}`, title: code.replaceAll('-', ' '), status: STATUS[code], ...about };
  }
  const status = statusOf(error);
  const asked = status >= 400 && status < 500;
  const code = asked ? (status === 404 ? 'not-found' : status === 413 ? 'limit-exceeded' : 'bad-usage') : 'internal';
  const detail = asked ? messageOf(error) : 'something went wrong inside: look into the log of the node';
  return {
    type: `urn:pitlane:error:${code}`,
    title: code.replaceAll('-', ' '),
    status: asked ? status : 500,
    detail,
    code,
    retryable: false,
  };
}

/** The status that fastify's own errors carry. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}

/** What the store's answers, and the lack of one, mean to somebody who runs Pitlane. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** A request on which nothing moved for too long. */
export class StalledError extends Error {
  override readonly name = 'StalledError';

  constructor(stallMs: number) {
    super(`nothing moved for ${stallMs / 1000} s`);
  }
}

/** An answer of ours, in the same shape that the client library throws: the status as `code`. */
export function errorOfAnswer(status: number, text: string): Error {
  return Object.assign(new Error(textOfAnswer(text) || `status ${status}`), { code: status });
}

export function isStatus(error: unknown, status: number): boolean {
  return statusOf(error) === status;
}

/** Whether the object is not there, while its bucket is. */
export function isAbsent(error: unknown): boolean {
  return isStatus(error, 404) && !isAboutBucket(error);
}

/** `error` as a PitlaneError about `doing` ("writing object x"); one that is a PitlaneError already stays what it is. */
export function errorFromGcs(error: unknown, doing: string, signal?: AbortSignal): PitlaneError {
  if (error instanceof PitlaneError) return error;
  if (signal?.aborted) {
    return new PitlaneError('interrupted', `${doing} was stopped before it was done: run it again`, { cause: error });
  }
  const told = `${doing} failed: ${textOfAnswer(messageOf(error))}`;
  if (isAboutIdentity(error)) return identityError(error, told);
  const status = statusOf(error);
  if (status !== undefined) return errorOfStatus(status, told, error);
  // The only file that is still looked for here is the one that says who we are.
  if (/credential|ENOENT/i.test(messageOf(error))) {
    const next = 'give this machine an identity (Workload Identity, or GOOGLE_APPLICATION_CREDENTIALS)';
    return new PitlaneError('bad-settings', `${told}; ${next}`, { cause: error });
  }
  return away(`${told}; look at the link to the store, then run again`, error);
}

function errorOfStatus(status: number, told: string, cause: unknown): PitlaneError {
  const about = `${told} (status ${status})`;
  if (isPassing(status)) return away(`${about}; run again later`, cause);
  if (status === 401) {
    return new PitlaneError('refused', `${about}; check the identity that this machine has in the cloud`, { cause });
  }
  if (status === 403) {
    const next = 'grant storage.objects.create, get and list on the bucket, and the use of its key';
    return new PitlaneError('refused', `${about}; ${next}`, { cause });
  }
  if (status === 404) {
    return new PitlaneError('not-found', `${about}; check the name of the bucket`, { cause });
  }
  if (status === 412) {
    const next = 'another object stands there: compare it with what you have, nothing was changed';
    return new PitlaneError('already-exists', `${about}; ${next}`, { cause });
  }
  if (status === 413)
    return new PitlaneError('limit-exceeded', `${about}; the store takes no object so big`, { cause });
  return new PitlaneError('bad-usage', `${about}; the store does not understand what was asked of it`, { cause });
}

/** The library that says who we are asks over another client than the store's, whose errors carry what was asked. */
function isAboutIdentity(error: unknown): error is Error & { readonly response?: { readonly status?: number } } {
  return error instanceof Error && 'config' in error;
}

function identityError(error: { readonly response?: { readonly status?: number } }, told: string): PitlaneError {
  const status = error.response?.status;
  if (status === undefined || isPassing(status)) return away(`${told}; no token could be had, run again later`, error);
  const next = 'the cloud does not accept the identity of this machine: check its Workload Identity';
  return new PitlaneError('refused', `${told}; ${next}`, { cause: error });
}

const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

function away(text: string, cause: unknown): PitlaneError {
  return new PitlaneError('unavailable', text, { retryable: true, cause });
}

/** The status of the store's answer, if there was one: the client puts it where Node puts its own codes. */
function statusOf(error: unknown): number | undefined {
  if (isAboutIdentity(error)) return undefined; // what a token service has not found is no absent object
  const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  return Number.isInteger(code) && code >= 300 && code < 600 ? code : undefined;
}

function isAboutBucket(error: unknown): boolean {
  return /bucket (does not exist|not found)/i.test(messageOf(error));
}

const TEXT_MAX = 300;

/** The store's own words out of its JSON, short enough for one line. */
function textOfAnswer(text: string): string {
  let words = text;
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string } };
    words = error?.message ?? text;
  } catch {} // not JSON: a proxy or a stand-in speaks
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, TEXT_MAX);
}

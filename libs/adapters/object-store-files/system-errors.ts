/** What the operating system's error codes mean to somebody who runs this store. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `error` as a PitlaneError about `doing` ("writing object x"); one that is a PitlaneError already stays what it is. */
export function errorFromSystem(error: unknown, doing: string): PitlaneError {
  if (error instanceof PitlaneError) return error;
  const code = codeOf(error);
  const told = `${doing} failed: ${messageOf(error)}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PitlaneError('disk-full', `${told}; free space on the store's disk, then run again`, {
      retryable: true,
      cause: error,
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') return new PitlaneError('not-found', told, { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new PitlaneError('unavailable', `${told}; make the store's root writable for this user`, { cause: error });
  }
  if (code === 'ENAMETOOLONG') return new PitlaneError('bad-usage', `${told}; choose a shorter name`, { cause: error });
  if (code === undefined) return new PitlaneError('internal', told, { cause: error });
  return new PitlaneError('unavailable', `${told}; look at the store's disk, then run again`, {
    retryable: true,
    cause: error,
  });
}

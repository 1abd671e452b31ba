/** What SQLite's result codes mean to somebody who runs this garage. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** Runs `work` on the journal in `file`; a disk that is full or fails comes out as a PitlaneError that says so. */
export function withJournal<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const told = `the journal ${file}: ${messageOf(cause)}`;
    if (code.startsWith('SQLITE_FULL')) {
      throw new PitlaneError('disk-full', `${told}; free space on its disk, then dock again`, {
        retryable: true,
        cause,
      });
    }
    if (code.startsWith('SQLITE_IOERR')) {
      throw new PitlaneError('unavailable', `${told}; look at its disk, then dock again`, { retryable: true, cause });
    }
    throw cause;
  }
}

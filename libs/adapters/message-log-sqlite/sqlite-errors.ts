/** What SQLite's result codes mean to somebody who runs this log. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** Runs `work` on the log in `file`; SQLite's errors come out as PitlaneErrors. */
export function withFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw errorFromSqlite(error, file);
  }
}

function errorFromSqlite(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof PitlaneError || code === '') return error;
  const told = `message log ${file}: ${messageOf(error)} (${code})`;
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    const next = 'the file is damaged or no log; move it away with its -wal and -shm files, then start again';
    return new PitlaneError('corrupt-input', `${told}; ${next}`, { cause: error });
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT') {
    return new PitlaneError('disk-full', `${told}; free space on its disk, then run again`, {
      retryable: true,
      cause: error,
    });
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const next = 'another process is writing to it; stop that one or run again';
    return new PitlaneError('busy', `${told}; ${next}`, { retryable: true, cause: error });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new PitlaneError('unavailable', `${told}; look at its disk, then run again`, {
      retryable: true,
      cause: error,
    });
  }
  const next = 'see that its folder exists and that this user may write to it';
  return new PitlaneError('unavailable', `${told}; ${next}`, { cause: error });
}

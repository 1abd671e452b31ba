/** The system's refusals at the spool, as errors that say what to do. */
import { dirname } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

export async function spoolCall<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new PitlaneError('disk-full', `the spool's disk is full (${dirname(path)}): free space, then run again`, {
        retryable: true,
        cause,
      });
    }
    throw new PitlaneError('unavailable', `the spool cannot be written at ${path}: ${messageOf(cause)}`, { cause });
  }
}

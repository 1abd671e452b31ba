/** Hashes parts in the staging thread, one after another, so that the event loop has none of it. */
import { Stager } from '../stager.ts';
import { StagingThreads } from '../staging-threads.ts';
import type { PartHasher } from './uploads.ts';

export function hashInThread(): PartHasher {
  const stop = new AbortController();
  const threads = new StagingThreads();
  let stager: Stager | undefined;
  return {
    async hash(root, path) {
      stager ??= new Stager(threads, stop.signal);
      const { recordingId, version } = await stager.stage({ root, path, how: 'in-place' }, () => {});
      return { sha256: recordingId, version };
    },
    async close() {
      stop.abort();
      await stager?.[Symbol.asyncDispose]();
      await threads.close();
    },
  };
}

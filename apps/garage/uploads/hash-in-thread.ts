/** Hashes parts in the staging thread, one after another, so that the event loop has none of it. */
import { Stager } from '../stager.ts';
import type { PartHasher } from './uploads.ts';

export function hashInThread(): PartHasher {
  const stop = new AbortController();
  let stager: Stager | undefined;
  return {
    async hash(root, path) {
      stager ??= new Stager(stop.signal);
      const { recordingId, version } = await stager.stage({ root, path, how: 'in-place' }, () => {});
      return { sha256: recordingId, version };
    },
    async close() {
      stop.abort();
      await stager?.[Symbol.asyncDispose]();
    },
  };
}

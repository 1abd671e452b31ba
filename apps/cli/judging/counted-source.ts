/** A file that counts what is read of it: an inspection says what it cost. */
import type { OpenSourceFile } from '@pitlane/ports/drive-source';

export interface CountedSource extends OpenSourceFile, AsyncDisposable {
  readonly bytesRead: number;
}

export function countedSource(source: OpenSourceFile): CountedSource {
  let bytesRead = 0;
  return {
    ...source,
    get bytesRead() {
      return bytesRead;
    },
    async read(offset, into) {
      const got = await source.read(offset, into);
      bytesRead += got;
      return got;
    },
    [Symbol.asyncDispose]: () => source.close(),
  };
}

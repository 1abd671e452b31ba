/** A slice's manifest as JSON, object by object, so that one of many objects takes no more memory than one of few. */
import type { ManifestObject } from '@pitlane/stages/90-serve';
import type { LinkOf } from './chunk-links.ts';
import type { PlannedSlice } from './slices.ts';

/** The first object is there before the answer begins, so that what is wrong with all of it still has a status. */
export async function manifestText(
  { plan, note }: PlannedSlice,
  objects: AsyncIterable<ManifestObject>,
  linkOf: LinkOf,
  seconds: number,
): Promise<AsyncIterable<string>> {
  const iterator = objects[Symbol.asyncIterator]();
  const first = await iterator.next();
  const { driveState, channels } = plan;
  return (async function* () {
    const head = { ...note, driveState, channels: channels.length };
    yield `${JSON.stringify(head).slice(0, -1)},"objects":[`;
    let comma = '';
    for (let next = first; !next.done; next = await iterator.next()) {
      const { object, generation } = next.value;
      const link = await linkOf({ object, generation }, seconds);
      yield `${comma}\n${JSON.stringify({ ...next.value, ...link })}`;
      comma = ',';
    }
    yield ']}\n';
  })();
}

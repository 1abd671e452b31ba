import { concatCopy } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { readInParts } from './read-in-parts.ts';

const content = Uint8Array.from({ length: 1003 }, (_, index) => index % 251);

async function partsOf(store: Pick<MemoryObjectStore, 'read'>, bytes: number, partsAtOnce = 3): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of readInParts(store, { name: 'a', bytes }, { partBytes: 100, partsAtOnce })) parts.push(part);
  return parts;
}

describe('an object read in parts', () => {
  it('is the same as read whole, in as many requests as it has parts', async () => {
    const store = new MemoryObjectStore();
    store.replace('a', content, {});
    expect(concatCopy(await partsOf(store, content.byteLength))).toEqual(content);
    expect(store.reads.length).toBe(11);
  });

  it('has no more requests under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const read = async (_: string, range: { start: number; end: number } = { start: 0, end: 0 }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return content.slice(range.start, range.end);
    };
    await partsOf({ read }, content.byteLength);
    expect(most).toBe(3);
  });

  it('says so when the object is not what was described', async () => {
    const store = new MemoryObjectStore();
    store.replace('a', content, {});
    const error = await partsOf(store, content.byteLength + 1).catch((reason: unknown) => reason);
    expect(isPitlaneError(error, 'changed-while-read')).toBe(true);
  });

  it('needs no request when there is nothing in it', async () => {
    const store = new MemoryObjectStore();
    store.replace('a', new Uint8Array(0), {});
    expect(await partsOf(store, 0)).toEqual([]);
    expect(store.reads).toEqual([]);
  });
});

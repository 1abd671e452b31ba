import { createHash } from 'node:crypto';
import { chunkIsSelected, type Selection, WINDOW_NS, windowsSelected } from '@pitlane/contracts/plan';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Batches,
  type CutDone,
  cutBatches,
  cutSelected,
  MemorySpool,
} from '../../../test/support/cut-in-memory.ts';
import { channelOf, messageOf, messagesOf, recordings, said, SCHEMAS } from './recordings.fixture.ts';

const RUNS = { numRuns: 40 };

const windows = fc.oneof(
  fc.constant(null),
  fc.tuple(fc.bigInt(0n, 6n), fc.bigInt(0n, 3n)).map(([first, more]) => ({ first, last: first + more })),
);
const globs = fc.array(fc.constantFrom('*', '/a', '/camera', '/?', '/nothing'), { maxLength: 2 });
const selections = fc.array(fc.record({ topics: globs, windows }), { minLength: 1, maxLength: 3 });

const filesOf = ({ spool }: Pick<CutDone, 'spool'>): [string, string][] =>
  [...spool.files]
    .map(([path, bytes]): [string, string] => [path, createHash('sha256').update(bytes).digest('hex')])
    .sort(([a], [b]) => (a < b ? -1 : 1));

const isIn =
  (only: readonly Selection[]) =>
  (chunk: CutDone['chunks'][number]): boolean =>
    chunk.kind === 'log' && only.some((selection) => chunkIsSelected(selection, chunk));

/** One topic a message each 10 s, and a camera with it. */
function drive(minutes: number): { batches: Batches; camera: number } {
  const [imu, camera] = [channelOf(0, '/imu'), channelOf(1, '/camera', SCHEMAS[3])];
  const events = Array.from({ length: minutes * 6 }, (_, i) => {
    const at = BigInt(i) * 10_000_000_000n;
    return [
      said(messageOf(imu, 2 * i, at, new Uint8Array(3))),
      said(messageOf(camera, 2 * i + 1, at, new Uint8Array(9))),
    ];
  });
  return { batches: events, camera: minutes };
}

describe('a pass over selected chunks', () => {
  it('and then one over the rest make what a single pass makes, fact for fact and byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, selections, async (given, only) => {
        const plain = await cutBatches(given);
        const spool = new MemorySpool();
        const first = await cutSelected(given, only, { spool });
        expect(first.spool.growing.size).toBe(0);
        const rest = await cutBatches(given, { spool, done: first.chunks });
        expect(rest.chunks).toEqual(plain.chunks);
        expect(rest.end).toEqual(plain.end);
        expect(filesOf(rest)).toEqual(filesOf(plain));
        // Nothing is made twice, whatever was made first.
        expect(spool.created.length).toBe(new Set(spool.created).size);
      }),
      RUNS,
    );
  });

  it('makes every chunk that is selected, where times do not go back', async () => {
    const inOrder = recordings.map((given): Batches => {
      const times = messagesOf(given)
        .map(({ logTimeNs }) => logTimeNs)
        .sort((a, b) => (a < b ? -1 : 1));
      let at = 0;
      return given.map((batch) =>
        batch.map((event) =>
          event.kind === 'message'
            ? said({ ...event.message, logTimeNs: times[at++] as bigint, sourceOffset: event.message.sourceOffset })
            : event,
        ),
      );
    });
    await fc.assert(
      fc.asyncProperty(inOrder, selections, async (given, only) => {
        const plain = await cutBatches(given);
        const { chunks } = await cutSelected(given, only);
        expect(chunks.filter(isIn(only))).toEqual(plain.chunks.filter(isIn(only)));
      }),
      RUNS,
    );
  });

  it('makes of the other topics none, and of the shared group what lies in the same windows', async () => {
    const only = [{ topics: ['/cam*'], windows: windowsSelected(130_000_000_000n, 190_000_000_000n) }];
    const { chunks } = await cutSelected(drive(10).batches, only);
    const placed = chunks.map(({ group, windowStart }) => `${group} ${BigInt(windowStart ?? 0) / WINDOW_NS}`);
    expect(placed.sort()).toEqual([' 2', ' 3', '/camera 2', '/camera 3']);
    expect(chunks.filter(isIn(only)).every(({ group }) => group === '/camera')).toBe(true);
  });

  it('stops reading soon behind the last window that is selected', async () => {
    const { batches } = drive(60);
    let taken = 0;
    const counted: Batches = {
      *[Symbol.iterator]() {
        for (const batch of batches) {
          taken += 1;
          yield batch;
        }
      },
    } as unknown as Batches;
    await cutSelected(counted, [{ topics: [], windows: { first: 1n, last: 1n } }]);
    expect(taken).toBeLessThanOrEqual(6 * 4 + 1);
  });

  it('is not ended by a stray time at its beginning', async () => {
    const { batches } = drive(5);
    const stray = said(messageOf(channelOf(0, '/imu'), 0, (1n << 64n) - 1n, new Uint8Array(1)));
    const only = [{ topics: [], windows: { first: 2n, last: 2n } }];
    const { chunks } = await cutSelected([[stray, ...(batches[0] ?? [])], ...batches.slice(1)], only);
    expect(chunks.filter(isIn(only)).length).toBe(2);
  });
});

describe('windows that are selected', () => {
  it('are those that a time range touches, its end left out, with neighbours where they are asked for', () => {
    expect(windowsSelected(undefined, undefined)).toBeNull();
    expect(windowsSelected(60_000_000_000n, 120_000_000_000n)).toEqual({ first: 1n, last: 1n });
    expect(windowsSelected(59_999_999_999n, 120_000_000_001n)).toEqual({ first: 0n, last: 2n });
    expect(windowsSelected(0n, 1n, 1n)).toEqual({ first: 0n, last: 1n });
    expect(windowsSelected(600_000_000_000n, undefined)).toMatchObject({ first: 10n });
    expect(windowsSelected(undefined, 60_000_000_000n)).toEqual({ first: 0n, last: 0n });
  });
});

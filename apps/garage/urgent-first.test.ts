import { mapOrdered } from '@pitlane/base/flow';
import { expect, it, vi } from 'vitest';
import type { CutResult } from './cut-recording.ts';
import type { InspectedFile } from './drive-identity.ts';
import { Urgencies } from './orders/urgencies.ts';
import type { StagedFile } from './stage-file.ts';
import { cutUrgentFirst, inOrder } from './urgent-first.ts';

/** A recording with one topic, as its index says. */
const fileOf = (path: string, topic: string): InspectedFile =>
  ({
    file: { path },
    inspection: { indexed: true, startTimeNs: 0n, endTimeNs: 1n, topics: [{ topic }] },
  }) as unknown as InspectedFile;

const order = (priority: number, glob: string) => ({
  priority,
  selection: { topics: [glob], windows: null },
  reason: '',
  orderId: null,
});
const urgencies = new Urgencies(99, [order(20, '/lidar'), order(10, '/radar')]);
const FILES = [fileOf('a', '/camera'), fileOf('b', '/lidar'), fileOf('c', '/radar'), fileOf('d', '/lidar')];

const staging =
  (told: string[]) =>
  async (inspected: InspectedFile): Promise<StagedFile> => {
    told.push(`stage ${inspected.file.path}`);
    return { inspected } as StagedFile;
  };

const beginning = (told: string[], failsAt = '') =>
  async function ({ inspected: { file } }: StagedFile) {
    told.push(`begin ${file.path}`);
    return {
      rest: async () => {
        if (file.path === failsAt) throw new Error('the store is away');
        told.push(`rest ${file.path}`);
        return { chunks: 1 } as CutResult;
      },
      close: async () => void told.push(`close ${file.path}`),
    };
  };

/** `first` names the drive and is staged before all others. */
const cutAll = async (told: string[], given: Urgencies, { failsAt = '', first = '' } = {}): Promise<void> => {
  const named = FILES.filter(({ file }) => file.path === first);
  const files = [
    ...named,
    ...inOrder(
      FILES.filter((file) => !named.includes(file)),
      given,
    ),
  ];
  const staged = mapOrdered(files, 2, staging(told));
  for await (const _ of cutUrgentFirst(staged, FILES, given, beginning(told, failsAt)));
};
const cuts = (told: readonly string[]): string[] => told.filter((one) => !one.startsWith('stage'));

it('recordings with something urgent come first, and it is cut of all of them before the rest of any', async () => {
  const told: string[] = [];
  await cutAll(told, urgencies);
  expect(cuts(told)).toEqual(['begin c', 'begin b', 'begin d', 'rest c', 'rest b', 'rest d', 'begin a', 'rest a']);
});

it('the file that names the drive comes first, and the rest of it waits for what is urgent in others', async () => {
  const told: string[] = [];
  await cutAll(told, urgencies, { first: 'a' });
  expect(cuts(told).slice(0, 4)).toEqual(['begin a', 'begin c', 'begin b', 'begin d']);
  expect(cuts(told).slice(4)).toEqual(['rest c', 'rest b', 'rest d', 'rest a']);
});

it('without anything urgent each recording is cut whole before the next is begun, with one more staged', async () => {
  const told: string[] = [];
  await cutAll(told, new Urgencies(99, []));
  expect(cuts(told)).toEqual('abcd'.split('').flatMap((name) => [`begin ${name}`, `rest ${name}`]));
  // None is waited for before the one in front of it is cut.
  expect(told.indexOf('stage c')).toBeGreaterThan(told.indexOf('rest a'));
});

it('a failure closes what was begun, so that nothing of the drive is shipped behind it', async () => {
  const told: string[] = [];
  await expect(cutAll(told, urgencies, { failsAt: 'b' })).rejects.toThrow('the store is away');
  expect(told.slice(-4)).toEqual(['rest c', 'close c', 'close b', 'close d']);
});

/** Recordings that are on their way until they are told how that ends. */
function onTheirWay(told: string[]) {
  const ends = new Map<string, (error?: Error) => void>();
  const begin = async ({ inspected: { file } }: StagedFile) => ({
    rest: (onChunked: () => void) =>
      new Promise<CutResult>((resolve, reject) => {
        ends.set(file.path, (error) => (error ? reject(error) : resolve({ chunks: file.path.length } as CutResult)));
        told.push(`cut ${file.path}`);
        onChunked();
      }),
    close: async () => ends.get(file.path)?.(),
  });
  const files = 'abcdefgh'.split('').map((path) => fileOf(path, '/camera'));
  const staged = mapOrdered(files, 2, staging([]));
  return { ends, results: cutUrgentFirst(staged, files, new Urgencies(99, []), begin) };
}

it('the next is cut while those before are on their way, so many at most', async () => {
  const told: string[] = [];
  const { ends, results } = onTheirWay(told);
  const first = results.next();
  await vi.waitFor(() => expect(told.at(-1)).toBe('cut e'));
  ends.get('b')?.();
  ends.get('a')?.();
  expect((await first).done).toBe(false);
  void results.next();
  await vi.waitFor(() => expect(told.at(-1)).toBe('cut f'));
  await results.return(undefined);
});

it('what fails on its way ends all behind the next cut', async () => {
  const told: string[] = [];
  const { ends, results } = onTheirWay(told);
  const first = results.next();
  await vi.waitFor(() => expect(told.at(-1)).toBe('cut e'));
  ends.get('c')?.(new Error('the store is away'));
  ends.get('a')?.();
  await first;
  await expect(results.next()).rejects.toThrow('the store is away');
  expect(told.at(-1)).toBe('cut f');
});

/** Uploads over a folder of their own, with a clock and a disk that a test sets. */
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLog } from '@pitlane/base/telemetry';
import type { UploadAsked } from './upload-asked.ts';
import { type DiskRoom, Uploads } from './uploads.ts';

export const MAX_BYTES = 1000;
export const KEEP_MS = 7 * 24 * 3_600_000;

export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

export interface UploadsUnderTest extends AsyncDisposable {
  readonly root: string;
  uploads: Uploads;
  nowMs: number;
  disk: DiskRoom;
  /** Runs before a part is hashed. */
  beforeHash: () => void;
  /** Another process over the same folder: what was in memory is gone. */
  restart(): void;
  /** Sends a whole file in one go. @returns its id */
  send(content: string, asked?: Partial<UploadAsked>): Promise<string>;
  placed(path: string): Promise<string>;
}

export const asking = (more: Partial<UploadAsked> = {}): UploadAsked => ({
  filename: 'log.mcap',
  vehicleId: 'car-47',
  drive: 'run-1',
  sha256: undefined,
  complete: false,
  ...more,
});

const versionOf = (root: string, path: string): Promise<string | undefined> =>
  stat(join(root, path)).then(
    ({ ino, size, mtimeMs }) => `${ino}-${size}-${mtimeMs}`,
    () => undefined,
  );

export async function openUploads(): Promise<UploadsUnderTest> {
  const root = await mkdtemp(join(tmpdir(), 'pitlane-uploads-'));
  const made = (): Uploads =>
    new Uploads({
      root,
      maxBytes: MAX_BYTES,
      keepMs: KEEP_MS,
      pausePercent: 90,
      disk: async () => test.disk,
      hasher: {
        async hash(folder, path) {
          test.beforeHash();
          const content = await readFile(join(folder, path));
          const version = (await versionOf(folder, path)) as string;
          return { sha256: createHash('sha256').update(content).digest('hex'), version };
        },
        close: async () => {},
      },
      versionOf,
      clock: { nowMs: () => test.nowMs, monotonicMs: () => test.nowMs },
      wait: async () => {},
      telemetry: memoryLog(),
    });
  const test: UploadsUnderTest = {
    root,
    uploads: undefined as unknown as Uploads,
    nowMs: Date.now(),
    disk: { freeBytes: 100_000, totalBytes: 100_000 },
    beforeHash: () => {},
    restart: () => {
      test.uploads = made();
    },
    async send(content, asked = {}) {
      const { id } = await test.uploads.begin(asking(asked), content.length);
      await appendFile(test.uploads.partOf(id), content);
      await test.uploads.finish(id);
      return id;
    },
    placed: (path) => readFile(join(root, 'drives', path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  test.restart();
  return test;
}

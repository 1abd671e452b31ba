/**
 * What every drive source must do, as cases that run over any of them. The source's own disk cannot be written through
 * the port, so whoever runs the cases lays `contractFiles` out below `root` first.
 */
import assert from 'node:assert/strict';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ContractCase } from '../contract/index.ts';
import type { DriveSource } from './index.ts';

export interface PreparedSource {
  readonly source: DriveSource;
  /** A folder that holds `contractFiles` and nothing else. */
  readonly root: string;
}

export const contractFiles: Readonly<Record<string, Uint8Array>> = {
  'a.mcap': bytesFromUtf8('0123456789'),
  'B.mcap': new Uint8Array(0),
  'b/deep/er/log.bag': new Uint8Array(300_000).map((_, i) => i & 0xff),
  'b.mcap': bytesFromUtf8('x'),
  'with space and ü.txt': bytesFromUtf8('y'),
};

export const driveSourceContract: readonly ContractCase<PreparedSource>[] = [
  {
    name: 'lists every file with its size, sorted by path in byte order',
    async run({ source, root }) {
      const listed = await source.list(root);
      const paths = Object.keys(contractFiles).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(
        listed.map(({ path, bytes, skipped }) => ({ path, bytes, skipped })),
        paths.map((path) => ({ path, bytes: contractFiles[path]?.byteLength, skipped: undefined })),
      );
      for (const { mtimeMs } of listed) assert.ok(mtimeMs > 0);
    },
  },
  {
    name: 'names the folders that lie directly in a folder, and none where there is no folder',
    async run({ source, root }) {
      assert.deepEqual(await source.folders(root), ['b']);
      assert.deepEqual(await source.folders(`${root}/b/deep`), ['er']);
      assert.deepEqual(await source.folders(`${root}/none`), []);
    },
  },
  {
    name: 'lists one file by its own path, and opens it',
    async run({ source, root }) {
      const [only, ...others] = await source.list(`${root}/a.mcap`);
      assert.deepEqual([only?.path, only?.bytes, others.length], ['a.mcap', 10, 0]);
      const file = await source.open(`${root}/a.mcap`, 'a.mcap');
      try {
        assert.equal(file.sizeBytes, 10);
      } finally {
        await file.close();
      }
    },
  },
  {
    name: 'reads any range, shorter at the end and empty behind it',
    async run({ source, root }) {
      const file = await source.open(root, 'a.mcap');
      try {
        const read = async (offset: number, bytes: number): Promise<string> => {
          const into = new Uint8Array(bytes);
          return Buffer.from(into.subarray(0, await file.read(offset, into))).toString();
        };
        assert.deepEqual([file.name, file.sizeBytes], ['a.mcap', 10]);
        assert.equal(await read(0, 10), '0123456789');
        assert.equal(await read(3, 4), '3456');
        assert.equal(await read(8, 100), '89');
        assert.equal(await read(10, 1), '');
        assert.equal(await read(500, 10), '');
        assert.equal(await read(0, 0), '');
      } finally {
        await file.close();
      }
    },
  },
  {
    name: 'reads a file whole from a deep folder',
    async run({ source, root }) {
      const content = contractFiles['b/deep/er/log.bag'] as Uint8Array;
      const file = await source.open(root, 'b/deep/er/log.bag');
      try {
        const into = new Uint8Array(content.byteLength + 1);
        assert.equal(await file.read(0, into), content.byteLength);
        assert.ok(Buffer.from(into.subarray(0, content.byteLength)).equals(content));
        assert.equal(await file.unchanged(), true);
      } finally {
        await file.close();
      }
    },
  },
  {
    name: 'says not-found for a root that is not there, and fails for a file that is not',
    async run({ source, root }) {
      await assertFails('not-found', source.list(`${root}/nowhere`));
      await assertFails('unavailable', source.open(root, 'nowhere.mcap'));
    },
  },
  {
    name: 'refuses a path that leads out of the root',
    async run({ source, root }) {
      for (const path of ['..', '../x', 'b/../../x', '/etc/hostname', `../${root.split('/').at(-1)}-beside/x`]) {
        await assertFails('refused', source.open(root, path));
      }
    },
  },
  {
    name: 'gives one device the same number each time',
    async run({ source, root }) {
      assert.equal(await source.device(root), await source.device(root));
    },
  },
];

async function assertFails(code: 'not-found' | 'unavailable' | 'refused', work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => isPitlaneError(error, code) || assert.fail(`not ${code}: ${String(error)}`));
}

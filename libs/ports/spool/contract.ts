/**
 * What every spool must do, as cases that run over any of them. Each case works in a folder of its own and frees it
 * at the end; it never touches another.
 */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import type { ContractCase } from '../contract/index.ts';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import { recordingFolder, type Spool } from './index.ts';

export const spoolContract: readonly ContractCase<Spool>[] = [
  inFolder('seals what was appended, with its SHA-256 and the known CRC-32C of 123456789', async (spool, folder) => {
    const file = await spool.create(folder, 'digits');
    await file.append([bytesFromUtf8('1234'), bytesFromUtf8(''), bytesFromUtf8('5')]);
    await file.append([bytesFromUtf8('6789')]);
    assert.equal(file.bytes, 9);
    const sealed = await file.seal();
    assert.equal(sealed.bytes, 9);
    assert.equal(sealed.crc32c, 'e3069283');
    assert.equal(sealed.sha256, sha256Of(bytesFromUtf8('123456789')));
    assert.deepEqual(await spool.find(folder, 'digits'), { path: sealed.path, bytes: 9 });
    assert.equal(await readFile(sealed.path, 'utf8'), '123456789');
  }),
  inFolder('takes thousands of parts in one call, and large ones', async (spool, folder) => {
    const parts = Array.from({ length: 5000 }, (_, i) => Uint8Array.of(i & 0xff, i >> 8));
    const large = new Uint8Array(3_000_001).fill(7);
    const file = await spool.create(folder, 'parts');
    await file.append(parts);
    await file.append([large]);
    const { path, sha256 } = await file.seal();
    const whole = Buffer.concat([...parts, large]);
    assert.equal(sha256, sha256Of(whole));
    assert.ok((await readFile(path)).equals(whole));
  }),
  inFolder('lets the buffers be used again after each append', async (spool, folder) => {
    const buffer = new Uint8Array(100_000);
    const file = await spool.create(folder, 'reused');
    for (let turn = 0; turn < 5; turn += 1) {
      buffer.fill(turn);
      await file.append([buffer]);
    }
    const { path, sha256 } = await file.seal();
    const found = await readFile(path);
    assert.equal(sha256Of(found), sha256);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((turn) => found[turn * 100_000]),
      [0, 1, 2, 3, 4],
    );
  }),
  inFolder('shows nothing before it is sealed, and nothing of what was discarded', async (spool, folder) => {
    const file = await spool.create(folder, 'growing');
    await file.append([new Uint8Array(10)]);
    assert.equal(await spool.find(folder, 'growing'), undefined);
    await file.discard();
    assert.equal(await spool.find(folder, 'growing'), undefined);
    assert.equal(await spool.folderBytes(folder), 0);
  }),
  inFolder('replaces an unsealed file of the same name, and keeps a sealed one until then', async (spool, folder) => {
    const left = await spool.create(folder, 'name');
    await left.append([bytesFromUtf8('left behind by a crash, and longer')]);
    const first = await spool.create(folder, 'name');
    await first.append([bytesFromUtf8('first')]);
    await first.seal();
    const second = await spool.create(folder, 'name');
    await second.append([bytesFromUtf8('second')]);
    assert.equal((await spool.find(folder, 'name'))?.bytes, 5);
    const { path } = await second.seal();
    assert.equal(await readFile(path, 'utf8'), 'second');
  }),
  inFolder('takes names with every sign that a drive id may have', async (spool, folder) => {
    const name = `${randomUUID()}-A.b_c~d-${'x'.repeat(120)}`;
    await (await spool.create(folder, name)).seal();
    assert.equal((await spool.find(folder, name))?.bytes, 0);
  }),
  inFolder('tells what its disk has left', async (spool) => {
    const { freeBytes, totalBytes } = await spool.disk();
    assert.ok(freeBytes >= 0 && freeBytes <= totalBytes && totalBytes > 0);
  }),
  inFolder('counts a folder, and gives its bytes back when it is freed', async (spool, folder) => {
    const sealed = await spool.create(folder, 'sealed');
    await sealed.append([new Uint8Array(1000)]);
    await sealed.seal();
    const growing = await spool.create(folder, 'growing');
    await growing.append([new Uint8Array(500)]);
    assert.equal(await spool.folderBytes(folder), 1500);
    await growing.discard();
    assert.ok((await spool.folders()).includes(folder));
    assert.equal(await spool.free(folder), 1000);
    assert.ok(!(await spool.folders()).includes(folder));
    assert.equal(await spool.find(folder, 'sealed'), undefined);
    assert.equal(await spool.free(folder), 0);
  }),
  {
    name: 'keeps a recording apart for each drive and tenant that it is docked into, whatever their names',
    async run(spool) {
      const recordingId = createHash('sha256').update(randomUUID()).digest('hex') as RecordingId;
      const folders = ['a', 'b'].flatMap((tenant) =>
        [`~${'x'.repeat(180)}`, 'd'].map((name) => recordingFolder({ tenant, driveId: name as DriveId, recordingId })),
      );
      for (const folder of folders) await (await spool.create(folder, 'chunk')).seal();
      assert.equal(new Set(folders).size, 4);
      for (const [at, folder] of folders.entries()) {
        await spool.free(folder);
        assert.equal(await spool.find(folder, 'chunk'), undefined);
        for (const other of folders.slice(at + 1)) assert.equal((await spool.find(other, 'chunk'))?.bytes, 0);
      }
    },
  },
  {
    name: 'knows nothing of a folder that was never made',
    async run(spool) {
      const folder = `contract-${randomUUID()}`;
      assert.equal(await spool.find(folder, 'name'), undefined);
      assert.equal(await spool.folderBytes(folder), 0);
      assert.equal(await spool.free(folder), 0);
    },
  },
  {
    name: 'takes no name that leads elsewhere',
    async run(spool) {
      for (const name of ['..', '../x', 'a/b', '/x', '.hidden', 'nul\0', ' ']) {
        await assert.rejects(async () => spool.create('contract', name), `name ${JSON.stringify(name)}`);
        await assert.rejects(async () => spool.create(name, 'contract'), `folder ${JSON.stringify(name)}`);
        await assert.rejects(async () => spool.free(name), `free ${JSON.stringify(name)}`);
      }
    },
  },
];

function inFolder(name: string, run: (spool: Spool, folder: string) => Promise<void>): ContractCase<Spool> {
  return {
    name,
    async run(spool) {
      const folder = `contract-${randomUUID()}`;
      try {
        await run(spool, folder);
      } finally {
        await spool.free(folder);
      }
    },
  };
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

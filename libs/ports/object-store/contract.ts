/**
 * What every object store must do, as cases that run over any of them: a test's folder, a stand-in, a customer's own
 * bucket. Each case works below a prefix of its own and removes what it made; it never touches another name.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesFromUtf8, equalBytes, MIB } from '@pitlane/base/bytes';
import { type ErrorCode, isPitlaneError } from '@pitlane/base/errors';
import type { ContractCase } from '../contract/index.ts';
import type { ObjectInfo, ObjectStore } from './index.ts';

type Run = (store: ObjectStore, prefix: string) => Promise<void>;

const CRC_OF_NOTHING = '00000000';

export const objectStoreContract: readonly ContractCase<ObjectStore>[] = [
  belowPrefix('gives back what was put, with the known CRC-32C of 123456789', async (store, prefix) => {
    const content = bytesFromUtf8('123456789');
    const put = await store.put(`${prefix}digits`, { bytes: content }, { crc32c: 'e3069283' });
    assert.equal(put.name, `${prefix}digits`);
    assert.equal(put.bytes, 9);
    assert.equal(put.crc32c, 'e3069283');
    assert.deepEqual(await store.stat(`${prefix}digits`), put);
    assertBytes(await store.read(`${prefix}digits`), content);
  }),
  belowPrefix('takes content in blocks as one', async (store, prefix) => {
    const blocks = ['123', '', '45', '6789'].map(bytesFromUtf8);
    const put = await store.put(`${prefix}blocks`, { blocks }, { crc32c: 'e3069283' });
    assert.equal(put.bytes, 9);
    assertBytes(await store.read(`${prefix}blocks`), bytesFromUtf8('123456789'));
    const nothing = await store.put(`${prefix}none`, { blocks: [] }, { crc32c: CRC_OF_NOTHING });
    assert.equal(nothing.bytes, 0);
  }),
  belowPrefix('refuses a second create of one name and keeps the first content', async (store, prefix) => {
    await putText(store, `${prefix}once`, 'first');
    await assertFails('already-exists', putText(store, `${prefix}once`, 'second'));
    await assertFails('already-exists', putText(store, `${prefix}once`, 'first'));
    assertBytes(await store.read(`${prefix}once`), bytesFromUtf8('first'));
  }),
  belowPrefix('lets exactly one of eight concurrent creates win', async (store, prefix) => {
    const contents = Array.from({ length: 8 }, (_, index) => `content of writer ${index}`);
    const outcomes = await Promise.allSettled(contents.map((text) => putText(store, `${prefix}race`, text)));
    const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
    assert.equal(winners.length, 1, `${winners.length} creates of one name succeeded`);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.ok(isPitlaneError(outcome.reason, 'already-exists'), outcome.reason);
    }
    assertBytes(await store.read(`${prefix}race`), bytesFromUtf8(contents[winners[0] as number] as string));
  }),
  belowPrefix(
    'refuses bytes that do not have the declared CRC-32C and shows nothing of them',
    async (store, prefix) => {
      const name = `${prefix}wrong`;
      await assertFails(
        'checksum-mismatch',
        store.put(name, { bytes: bytesFromUtf8('other') }, { crc32c: crc32cOf(bytesFromUtf8('declared')) }),
      );
      assert.equal(await store.stat(name), undefined);
      assert.deepEqual(await namesOf(store, prefix), []);
      await putText(store, name, 'declared');
    },
  ),
  belowPrefix(
    'takes the content of a file, and leaves the file alone when its CRC-32C is wrong',
    async (store, prefix) => {
      const folder = await mkdtemp(join(tmpdir(), 'pitlane-contract-'));
      try {
        const content = patternBytes(3 * MIB + 17);
        const file = join(folder, 'source');
        await writeDurably(file, content);
        await assertFails('checksum-mismatch', store.put(`${prefix}file`, { file }, { crc32c: CRC_OF_NOTHING }));
        assertBytes(await readFile(file), content);
        assert.equal(await store.stat(`${prefix}file`), undefined);
        const put = await store.put(`${prefix}file`, { file }, { crc32c: crc32cOf(content) });
        assert.equal(put.bytes, content.byteLength);
        assertBytes(await store.read(`${prefix}file`), content);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  ),
  belowPrefix('reads ranges, cut at the end of the object', async (store, prefix) => {
    const name = `${prefix}ranges`;
    await putText(store, name, '0123456789');
    const reads: readonly [number, number, string][] = [
      [0, 10, '0123456789'],
      [0, 1, '0'],
      [3, 7, '3456'],
      [9, 10, '9'],
      [5, 5, ''],
      [0, 0, ''],
      [8, 100, '89'],
      [10, 20, ''],
      [50, 60, ''],
    ];
    for (const [start, end, expected] of reads) {
      assertBytes(await store.read(name, { start, end }), bytesFromUtf8(expected), `[${start}, ${end})`);
    }
  }),
  belowPrefix('says so when there is no such object', async (store, prefix) => {
    assert.equal(await store.stat(`${prefix}none`), undefined);
    await assertFails('not-found', store.read(`${prefix}none`));
    await assertFails('not-found', store.read(`${prefix}none/below`, { start: 0, end: 1 }));
    await store.remove(`${prefix}none`);
    assert.deepEqual(await namesOf(store, `${prefix}none`), []);
  }),
  belowPrefix('lists names in byte order and by prefix', async (store, prefix) => {
    const names = ['a-b', 'a.json', 'a/b', 'a/c/d', 'a0', 'b', 'é', '\u{ff5e}', '\u{1f697}'].map(
      (leaf) => prefix + leaf,
    );
    for (const name of [...names].reverse()) await putText(store, name, name);
    assert.deepEqual(await namesOf(store, prefix), names);
    assert.deepEqual(await namesOf(store, `${prefix}a/`), [`${prefix}a/b`, `${prefix}a/c/d`]);
    assert.deepEqual(await namesOf(store, `${prefix}a`), names.slice(0, 5));
    assert.deepEqual(await namesOf(store, `${prefix}a/c/d/e`), []);
    assert.deepEqual(await namesOf(store, `${prefix}zzz`), []);
    for await (const info of store.list(`${prefix}b`)) assert.deepEqual(info, await store.stat(`${prefix}b`));
  }),
  belowPrefix('keeps metadata', async (store, prefix) => {
    const content = bytesFromUtf8('described');
    const metadata = { 'chunk-id': 'ab'.repeat(32), sha256: 'cd'.repeat(32), note: 'a "quoted" line, 1/2 = \\' };
    const options = { crc32c: crc32cOf(content), metadata, contentType: 'application/octet-stream' };
    const put = await store.put(`${prefix}described`, { bytes: content }, options);
    assert.deepEqual({ ...put.metadata }, metadata);
    assert.deepEqual({ ...(await store.stat(`${prefix}described`))?.metadata }, metadata);
  }),
  belowPrefix('gives a removed and recreated object another generation', async (store, prefix) => {
    const first = await putText(store, `${prefix}again`, 'same');
    await store.remove(`${prefix}again`);
    assert.equal(await store.stat(`${prefix}again`), undefined);
    await assertFails('not-found', store.read(`${prefix}again`));
    const second = await putText(store, `${prefix}again`, 'same');
    assert.notEqual(second.generation, first.generation);
  }),
  belowPrefix('keeps an object of no bytes', async (store, prefix) => {
    const put = await store.put(`${prefix}empty`, { bytes: new Uint8Array(0) }, { crc32c: CRC_OF_NOTHING });
    assert.equal(put.bytes, 0);
    assert.equal((await store.stat(`${prefix}empty`))?.crc32c, CRC_OF_NOTHING);
    assertBytes(await store.read(`${prefix}empty`), new Uint8Array(0));
    assertBytes(await store.read(`${prefix}empty`, { start: 0, end: 5 }), new Uint8Array(0));
  }),
  belowPrefix('keeps names with unusual but legal characters apart', async (store, prefix) => {
    const names = [' lead and trail ', "it's 100%", '%2F', 'a+b=c&d', 'x.json/y', 'back\\slash', 'Größe', '路', '~'];
    for (const leaf of [...names, 'x', 'q?#[1]*{2}', 'UPPER', 'upper', 'n'.repeat(200)]) {
      await putText(store, prefix + leaf, `content of ${leaf}`);
      assertBytes(await store.read(prefix + leaf), bytesFromUtf8(`content of ${leaf}`), leaf);
      assert.equal((await store.stat(prefix + leaf))?.name, prefix + leaf);
    }
  }),
  belowPrefix('stops when its signal is aborted already, and shows nothing', async (store, prefix) => {
    const content = bytesFromUtf8('never');
    const signal = AbortSignal.abort();
    await assert.rejects(store.put(`${prefix}never`, { bytes: content }, { crc32c: crc32cOf(content), signal }));
    assert.equal(await store.stat(`${prefix}never`), undefined);
  }),
];

function belowPrefix(name: string, run: Run): ContractCase<ObjectStore> {
  return {
    name,
    async run(store) {
      const prefix = `pitlane-contract/${randomUUID()}/`;
      try {
        await run(store, prefix);
      } finally {
        for (const left of await namesOf(store, prefix)) await store.remove(left);
      }
    },
  };
}

async function putText(store: ObjectStore, name: string, text: string): Promise<ObjectInfo> {
  const bytes = bytesFromUtf8(text);
  return store.put(name, { bytes }, { crc32c: crc32cOf(bytes) });
}

async function namesOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list(prefix)) names.push(name);
  return names;
}

async function assertFails(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isPitlaneError(error, code), `expected ${code}, got ${String(error)}`);
    return true;
  });
}

function assertBytes(actual: Uint8Array, expected: Uint8Array, about = 'content'): void {
  assert.equal(actual.byteLength, expected.byteLength, `${about}: number of bytes`);
  assert.ok(equalBytes(actual, expected), `${about}: bytes differ`);
}

function patternBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Written out here bit by bit, so that a store is checked by other code than its own. */
function crc32cOf(bytes: Uint8Array): string {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

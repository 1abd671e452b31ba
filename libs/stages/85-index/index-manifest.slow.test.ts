import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import { sha256Of } from '@pitlane/contracts/identity';
import { drivePrefix, receiptObjectName, receiptObjectsName } from '@pitlane/contracts/object-layout';
import { checkReceipt, MerkleRoot, type Receipt } from '@pitlane/contracts/receipt';
import type { Answer } from '@pitlane/contracts/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cloud, messagesUpTo } from './docked-drive.fixture.ts';
import { rebuildFromBucket } from './index.ts';

let cloud: Cloud;

beforeEach(async () => {
  cloud = await Cloud.open();
});

afterEach(() => cloud.close());

function receiptOf(answer: Answer): Receipt {
  if (answer.type !== 'receipt') throw new Error(`no receipt: ${answer.reason}`);
  return answer.receipt;
}

const receiptsInStore = () => [...cloud.store.objects.keys()].filter((name) => name.includes('/receipts/'));
const first = <T>([one]: readonly T[]): T => one as T;

describe('a receipt', () => {
  it('is signed over every object as the store describes it, and lies beside the chunks', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const receipt = receiptOf(await cloud.index(docked));
    checkReceipt(receipt, cloud.publicKey);
    const { body } = receipt;
    const { drive, dockId, manifestObject, manifestSha256 } = docked.closed;
    expect(body).toMatchObject({ ...drive, dockId, manifestObject, manifestSha256, garage: 'north', store: 'memory' });
    expect(body.recordings).toEqual([{ recordingId: docked.recordingId, bytes: 1000, lostBytes: 0 }]);
    expect(body.chunks).toBe(docked.chunks.length);
    expect(docked.chunks.length).toBeGreaterThan(2);

    const lines = utf8FromBytes(await cloud.store.read(receiptObjectsName(drive, receipt.receiptId)));
    const root = new MerkleRoot();
    for (const line of lines.split('\n').slice(0, -1)) root.add(`${line}\n`);
    expect(root.digest()).toBe(body.objectsSha256Root);
    const described = docked.chunks.map(({ chunkId, object }) => {
      const info = cloud.store.objects.get(object)?.info;
      return { chunkId, object, generation: info?.generation, bytesStored: info?.bytes, crc32c: info?.crc32c };
    });
    expect(
      lines
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(described);
    expect(body.bytesStored).toBe(described.reduce((sum, { bytesStored = 0 }) => sum + bytesStored, 0));
    const stored = await cloud.store.read(receiptObjectName(drive, receipt.receiptId));
    expect(JSON.parse(utf8FromBytes(stored))).toEqual(receipt);
  });

  it('is not given while an object is missing: it is named, the rest is indexed, and it is given later', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const gone = first(docked.chunks);
    const { bytes } = cloud.store.objects.get(gone.object) as { bytes: Uint8Array };
    await cloud.store.remove(gone.object);
    const answer = await cloud.index(docked);
    expect(answer).toMatchObject({ type: 'resend', dockId: docked.closed.dockId, objects: [gone.object] });
    expect(receiptsInStore()).toEqual([]);
    const rows = await cloud.catalog.query('SELECT chunk_id FROM chunks');
    expect(rows.length).toBe(docked.chunks.length - 1);
    cloud.land(gone, bytes);
    checkReceipt(receiptOf(await cloud.index(docked)), cloud.publicKey);
  });

  it('is not given while another chunk lies under an object of the drive', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const wrong = first(docked.chunks);
    cloud.land(wrong, bytesFromUtf8('something else'), 'f'.repeat(64));
    expect(await cloud.index(docked)).toMatchObject({ type: 'resend', objects: [wrong.object] });
    cloud.store.replace(wrong.object, bytesFromUtf8('nobody said what'), {});
    expect(await cloud.index(docked)).toMatchObject({ type: 'resend', objects: [wrong.object] });
  });

  it('is the same when the same manifest comes twice', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const [one, two] = [receiptOf(await cloud.index(docked)), receiptOf(await cloud.index(docked))];
    expect(two).toEqual(one);
    expect(receiptsInStore().length).toBe(2);
  });

  it('takes size and CRC from the store when another encoding of a chunk lies there', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const other = first(docked.chunks);
    cloud.land(other, bytesFromUtf8('another encoding of the same messages'));
    receiptOf(await cloud.index(docked));
    const rows = await cloud.catalog.query('SELECT bytes_stored FROM chunks WHERE chunk_id = ?', [other.chunkId]);
    expect(rows.map((row) => Number(row.bytes_stored))).toEqual([37]);
  });
});

describe('rows of chunks', () => {
  const chunkEvents = () => cloud.events.filter(({ type }) => type === 'chunk').length;

  it('that came with their landings are not appended again with the manifest', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    const landings = docked.chunks.map((chunk) => ({
      type: 'chunk' as const,
      ...cloud.landingOf(chunk, docked.closed),
    }));
    await cloud.tools.catalog.append(landings.slice(1));
    await cloud.index(docked);
    expect(chunkEvents()).toBe(docked.chunks.length);
    await cloud.index(docked);
    expect(chunkEvents()).toBe(docked.chunks.length);
  });

  it('are appended anew when the store holds another encoding by then', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(40));
    await cloud.index(docked);
    cloud.land(first(docked.chunks), bytesFromUtf8('another encoding of the same messages'));
    await cloud.index(docked);
    expect(chunkEvents()).toBe(docked.chunks.length + 1);
  });
});

describe('a manifest', () => {
  it('is refused when it is not the one that was announced, cut short, miscounted or missing', async () => {
    const docked = await cloud.dock('whole', messagesUpTo(10));
    const name = docked.closed.manifestObject;
    const text = utf8FromBytes(await cloud.store.read(name));
    const announce = (changed: string) => {
      cloud.store.replace(name, bytesFromUtf8(changed), {});
      return cloud.index({ closed: { ...docked.closed, manifestSha256: sha256Of(changed) } });
    };
    const lines = text.trimEnd().split('\n');
    const refused = (reason: RegExp) => ({ type: 'refused', reason: expect.stringMatching(reason) as string });
    const without = [...lines.slice(0, 2), ...lines.slice(3)].join('\n');
    expect(await announce(`${lines.slice(0, -1).join('\n')}\n`)).toMatchObject(refused(/./));
    expect(await announce(text.trimEnd().slice(0, -1))).toMatchObject(refused(/./));
    expect(await announce(`${without}\n`)).toMatchObject(refused(/./));
    expect(await announce(`${text}no JSON\n`)).toMatchObject(refused(/not JSON/));
    const twice = lines.flatMap((line) => (line.includes('"ordinal":0') ? [line, line] : [line]));
    expect(await announce(`${twice.join('\n')}\n`)).toMatchObject(refused(/out of turn|counts|lines/));
    expect(await announce(text.replace(/"driveId":"[^"]*"/, '"driveId":"another"'))).toMatchObject(
      refused(/of another drive/),
    );
    cloud.store.replace(name, bytesFromUtf8(text.replace('north', 'south')), {});
    expect(await cloud.index(docked)).toMatchObject(refused(/SHA-256 differs/));
    await cloud.store.remove(name);
    expect(await cloud.index(docked)).toMatchObject(refused(/not in the store/));
    expect(receiptsInStore()).toEqual([]);
  });
});

describe('copies of one recording', () => {
  const names = ['half', 'whole'];

  it('leave one active, whichever was docked first', async () => {
    for (const order of [names, names.toReversed()]) {
      const own = await Cloud.open();
      for (const name of order) await own.index(await own.dock(name, messagesUpTo(name === 'half' ? 17 : 40)));
      expect(await own.setStates(names), order.join(' then ')).toEqual({ half: 'superseded', whole: 'active' });
      await own.close();
    }
  });

  it('stay as they are when the manifest of the half comes once more', async () => {
    const half = await cloud.dock('half', messagesUpTo(17));
    await cloud.index(half);
    await cloud.index(await cloud.dock('whole', messagesUpTo(40)));
    await cloud.index(half);
    expect(await cloud.setStates(names)).toEqual({ half: 'superseded', whole: 'active' });
  });

  it('both count when the shorter one ends differently, or differs in its midst', async () => {
    for (const different of [16, 3]) {
      const own = await Cloud.open();
      const text = (i: number): string => (i === different ? 'another' : `message ${i}`);
      await own.index(await own.dock('half', messagesUpTo(17, text)));
      await own.index(await own.dock('whole', messagesUpTo(40)));
      expect(await own.setStates(names), `message ${different}`).toEqual({ half: 'active', whole: 'active' });
      await own.close();
    }
  });

  it('never both count, whatever moment a query falls into', async () => {
    const half = await cloud.dock('half', messagesUpTo(17));
    const whole = await cloud.dock('whole', messagesUpTo(40));
    await cloud.index(half);
    const pending = { type: 'chunk-set', drive: whole.closed.drive, recordingId: whole.recordingId } as const;
    await cloud.tools.catalog.append([{ ...pending, state: 'pending', by: null }]);
    const sums = new Set<number>();
    cloud.afterAppend = async () => {
      const rows = await cloud.catalog.query('SELECT sum(messages) AS messages FROM topics');
      sums.add(Number(rows[0]?.messages));
    };
    await cloud.index(whole);
    expect([...sums]).toEqual([17, 40]);
  });

  it('leave the whole alone active when a log is not in the order of time, so that its half starts later', async () => {
    const whole = messagesUpTo(40);
    const unsorted = [...whole.slice(20), ...whole.slice(0, 20)];
    for (const order of [names, names.toReversed()]) {
      const own = await Cloud.open();
      for (const name of order)
        await own.index(await own.dock(name, name === 'half' ? unsorted.slice(0, 13) : unsorted));
      expect(await own.setStates(names), order.join(' then ')).toEqual({ half: 'superseded', whole: 'active' });
      await own.close();
    }
  });

  it('are settled over three lengths, so that the longest alone counts', async () => {
    for (const [name, count] of [
      ['half', 17],
      ['whole', 40],
      ['quarter', 8],
    ] as const) {
      await cloud.index(await cloud.dock(name, messagesUpTo(count)));
    }
    expect(await cloud.setStates([...names, 'quarter'])).toEqual({
      half: 'superseded',
      whole: 'active',
      quarter: 'superseded',
    });
  });
});

describe('rebuilding the catalog from the bucket', () => {
  it('appends what indexing appended, and signs nothing anew', async () => {
    for (const [name, count] of [
      ['half', 17],
      ['whole', 40],
    ] as const) {
      await cloud.index(await cloud.dock(name, messagesUpTo(count)));
    }
    await cloud.index(
      await cloud.dock(
        'other',
        messagesUpTo(12, (i) => `other ${i}`),
      ),
    );
    const eventsOf = () => [...new Set(cloud.events.map((event) => JSON.stringify(event)))].sort();
    const [before, objects] = [eventsOf(), [...cloud.store.objects.keys()]];
    const seen: string[] = [];
    const rebuilt = await rebuildFromBucket(cloud.tools, (done, total) => seen.push(`${done} of ${total}`));
    expect(rebuilt).toEqual({
      drives: 1,
      manifests: 3,
      receipts: 3,
      resend: 0,
      matrixRuns: 0,
      refused: [],
      orphans: 0,
      orphanDrives: [],
      previews: 0,
    });
    expect(new Set(seen).size).toBe(3);
    expect(eventsOf()).toEqual(before);
    expect([...cloud.store.objects.keys()]).toEqual(objects);
    expect(await cloud.setStates(['half', 'whole', 'other'])).toEqual({
      half: 'superseded',
      whole: 'active',
      other: 'active',
    });
  });

  it('leaves out manifests that are damaged, names them, and rebuilds the rest', async () => {
    const [half, other] = [await cloud.dock('half', messagesUpTo(17)), await cloud.dock('other', messagesUpTo(12))];
    for (const docked of [half, other]) await cloud.index(docked);
    const name = half.closed.manifestObject;
    for (const damaged of ['no JSON', '{"type":"end"}\n', '']) {
      cloud.store.replace(name, bytesFromUtf8(damaged), {});
      const rebuilt = await rebuildFromBucket(cloud.tools);
      expect(rebuilt, damaged).toMatchObject({ manifests: 1, receipts: 1, refused: [{ manifest: name }] });
      expect(await cloud.setStates(['half', 'other'])).toEqual({ half: undefined, other: 'active' });
    }
  });

  it('counts chunks that no manifest names, drive by drive', async () => {
    const half = await cloud.dock('half', messagesUpTo(17));
    const other = await cloud.dock(
      'other',
      messagesUpTo(12, (i) => `other ${i}`),
    );
    for (const docked of [half, other]) await cloud.index(docked);
    const prefix = drivePrefix(half.closed.drive);
    const chunkBelow = (drive: string, id: string): string => `${drive}${sha256Of(id)}.mcap`;
    // Other drives before and behind, one of them with a name that begins alike; and names that are no chunks.
    const drives = ['v1/00/t/v/first/', `${prefix.slice(0, -1)}-2/`, 'v1/zz/t/v/last/'];
    for (const drive of drives) {
      for (const id of ['a', 'b']) cloud.store.replace(chunkBelow(drive, id), bytesFromUtf8('chunk'), {});
    }
    for (const name of [`${prefix}notes.txt`, 'v1/stray.mcap']) cloud.store.replace(name, bytesFromUtf8('x'), {});
    expect(await rebuildFromBucket(cloud.tools)).toMatchObject({
      drives: 1,
      orphans: 6,
      orphanDrives: [...drives].sort(),
      previews: 0,
    });
    await cloud.store.remove(half.closed.manifestObject);
    const others = new Set(other.chunks.map(({ object }) => object));
    const unnamed = half.chunks.filter(({ object }) => !others.has(object)).length;
    expect(unnamed).toBeGreaterThan(0);
    const rebuilt = await rebuildFromBucket(cloud.tools);
    expect(rebuilt.orphans).toBe(6 + unnamed);
    expect(rebuilt.orphanDrives).toContain(prefix);
  });
});

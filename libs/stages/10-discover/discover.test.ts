import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import type { DriveSource, SourceFile } from '@pitlane/ports/drive-source';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { discover, SIDECAR_NAME, sidecarFromText } from './index.ts';

/** A disk with these files; a `null` is something that is not taken. It says what was opened. */
function diskOf(files: Readonly<Record<string, string | null>>) {
  const opened: string[] = [];
  const source: DriveSource = {
    list: async () =>
      Object.entries(files).map(([path, text]): SourceFile => {
        const file = { path, bytes: text?.length ?? 0, mtimeMs: 1 };
        return text === null ? { ...file, skipped: 'a link' } : file;
      }),
    folders: async () => [],
    open: async (_root, path) => {
      opened.push(path);
      const { read, sizeBytes } = memorySource(bytesFromUtf8(files[path] ?? ''));
      return { name: path, version: '', sizeBytes, read, unchanged: async () => true, close: async () => {} };
    },
    clone: async () => false,
    device: async () => 1,
  };
  return { source, opened };
}

const sidecar = (vehicleId: string): string => JSON.stringify({ vehicleId });
const sidecarOf = (given: unknown) => sidecarFromText(JSON.stringify(given));

async function found(files: Readonly<Record<string, string | null>>) {
  const { drives, skipped } = await discover(diskOf(files).source, '/disk');
  return {
    drives: Object.fromEntries(drives.map((drive) => [drive.folder, drive.files.map(({ path }) => path)])),
    vehicles: Object.fromEntries(drives.map((drive) => [drive.folder, drive.sidecar.vehicleId])),
    skipped: skipped.map(({ path }) => path),
  };
}

describe('discovery', () => {
  it('takes a folder without a sidecar as one drive', async () => {
    const { drives } = await found({ 'a.mcap': '', 'b/c.bag': '' });
    expect(drives).toEqual({ '': ['a.mcap', 'b/c.bag'] });
  });

  it('gives each file to the sidecar nearest above it, the sidecar itself too, and the rest to the root', async () => {
    const { drives, vehicles } = await found({
      'loose.mcap': '',
      [`one/${SIDECAR_NAME}`]: sidecar('car-1'),
      'one/a.mcap': '',
      'one/deep/b.mcap': '',
      [`one/inner/${SIDECAR_NAME}`]: sidecar('car-2'),
      'one/inner/c.mcap': '',
      'one-beside/d.mcap': '',
    });
    expect(drives).toEqual({
      '': ['loose.mcap', 'one-beside/d.mcap'],
      one: [`one/${SIDECAR_NAME}`, 'one/a.mcap', 'one/deep/b.mcap'],
      'one/inner': [`one/inner/${SIDECAR_NAME}`, 'one/inner/c.mcap'],
    });
    expect(vehicles).toEqual({ '': undefined, one: 'car-1', 'one/inner': 'car-2' });
  });

  it('leaves no file out and gives none twice', async () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', SIDECAR_NAME), { minLength: 1, maxLength: 4 })
      .map((names) => names.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { minLength: 1 }), async (paths) => {
        const { drives } = await found(Object.fromEntries(paths.map((one) => [one, '{}'])));
        expect(Object.values(drives).flat().sort()).toEqual([...paths].sort());
      }),
    );
  });

  it('names what it does not take, and opens sidecars alone', async () => {
    const { source, opened } = diskOf({ 'a.mcap': 'x', link: null, [SIDECAR_NAME]: '{}', [`b/${SIDECAR_NAME}`]: null });
    const { drives, skipped } = await discover(source, '/disk');
    expect(drives.map(({ folder }) => folder)).toEqual(['']);
    expect(skipped.map(({ path }) => path)).toEqual(['link', `b/${SIDECAR_NAME}`]);
    expect(opened).toEqual([SIDECAR_NAME]);
  });

  it('says so when there is nothing to dock', async () => {
    for (const files of [{}, { link: null }]) {
      await expect(found(files)).rejects.toSatisfy((error) => isPitlaneError(error, 'not-found'));
    }
  });

  it('takes no more than a megabyte of a sidecar, and docks the drive all the same', async () => {
    const huge = JSON.stringify({ vehicleId: 'car-1', labels: { x: 'y'.repeat(2_000_000) } });
    const { drives } = await discover(diskOf({ [SIDECAR_NAME]: huge, 'a.mcap': '' }).source, '/disk');
    expect(drives[0]?.sidecar).toEqual({ labels: {} });
    expect(drives[0]?.notes[0]).toContain('is not JSON');
    expect(drives[0]?.files.length).toBe(2);
  });
});

describe('a sidecar', () => {
  it('says driveId, vehicleId, tenant, startTime and labels', () => {
    const said = {
      driveId: 'd-1',
      vehicleId: 'v',
      tenant: 't',
      startTime: '2026-01-01T00:00:00Z',
      labels: { map: 'b' },
    };
    expect(sidecarOf(said)).toEqual({
      sidecar: {
        driveId: 'd-1',
        vehicleId: 'v',
        tenant: 't',
        startTimeNs: 1_767_225_600_000_000_000n,
        labels: { map: 'b' },
      },
      notes: [],
    });
  });

  it('is not heeded, with a note, where it would lead elsewhere or makes no sense', () => {
    const wrong: [field: string, value: unknown][] = [
      ['driveId', '../../etc'],
      ['driveId', ''],
      ['driveId', { toString: 'x' }],
      ['driveId', 'x'.repeat(129)],
      ['vehicleId', 'a/b'],
      ['vehicleId', ['car']],
      ['tenant', '..'],
      ['tenant', true],
      ['startTime', 'yesterday'],
      ['startTime', -5],
      ['startTime', 1e300],
      ['startTime', '99999999999999999999'],
      ['startTime', '1969-01-01T00:00:00Z'],
    ];
    for (const [field, value] of wrong) {
      const { sidecar: taken, notes } = sidecarOf({ [field]: value });
      expect(taken, `${field} ${JSON.stringify(value)}`).toEqual({ labels: {} });
      expect(notes.length).toBe(1);
      expect(notes[0]?.startsWith(`${field} was not heeded`)).toBe(true);
    }
  });

  it('keeps what is sound beside what is not', () => {
    const { sidecar: taken, notes } = sidecarOf({ driveId: '../x', vehicleId: 'car-1', startTime: null, more: 1 });
    expect(taken).toEqual({ vehicleId: 'car-1', labels: {} });
    expect(notes.length).toBe(1);
  });

  it('is noted when it is not JSON, or no object', () => {
    for (const text of ['', '{', 'null', '[]', '"x"', '7', '\u0000', '{"vehicleId":"car-1"']) {
      const { sidecar: taken, notes } = sidecarFromText(text);
      expect(taken, text).toEqual({ labels: {} });
      expect(notes.length, text).toBe(1);
    }
  });

  it('has labels as text, a hundred at most, and none that reach beyond it', () => {
    const { labels } = sidecarOf({ labels: { n: 1, o: { a: 1 }, s: 'x', z: null } }).sidecar;
    expect(labels).toEqual({ n: '1', o: '{"a":1}', s: 'x', z: 'null' });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`l${i}`, 'x']));
    expect(Object.keys(sidecarOf({ labels: many }).sidecar.labels).length).toBe(100);
    const reaching = sidecarFromText('{"labels":{"__proto__":"x"},"__proto__":{"driveId":"y"}}').sidecar;
    expect(Object.hasOwn(reaching.labels, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(reaching.labels)).toBe(Object.prototype);
    expect(reaching.driveId).toBeUndefined();
    for (const odd of ['text', 7, null, true]) expect(sidecarOf({ labels: odd }).sidecar.labels).toEqual({});
  });

  it('never throws, whatever stands in it', () => {
    fc.assert(fc.property(fc.json(), (text) => void sidecarFromText(text)));
    fc.assert(fc.property(fc.string(), (text) => void sidecarFromText(text)));
  });
});

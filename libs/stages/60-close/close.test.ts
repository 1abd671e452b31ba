import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8FromBytes } from '@pitlane/base/bytes';
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import { type ManifestLine, manifestLineFromText } from '@pitlane/contracts/manifest';
import { manifestObjectName } from '@pitlane/contracts/object-layout';
import { LogTopic } from '@pitlane/contracts/records';
import { openFileSpool } from '@pitlane/spool-files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { type ClosingDock, closeDock, type CutRecording } from './index.ts';

let folder: string;
let store: MemoryObjectStore;
let log: ListedMessages;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-close-'));
  store = new MemoryObjectStore();
  log = new ListedMessages();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A recording whose chunks come one by one. */
function recordingOf(name: string, chunks: number): CutRecording {
  const recordingId = sha256Of(name) as string as RecordingId;
  const { chunk } = claimOf(new Uint8Array(3));
  return {
    recording: {
      recordingId,
      path: `${name}.mcap`,
      format: 'mcap',
      opaqueReason: null,
      profile: '',
      library: '',
      bytes: 3,
      headSha256: sha256Of('head'),
      planVersion: 1,
      chunks,
      messages: chunks,
      startTime: null,
      endTime: null,
      notes: [],
    },
    channels: [],
    losses: [],
    chunks: (function* () {
      for (let ordinal = 0; ordinal < chunks; ordinal += 1) {
        yield { ...chunk, recordingId, ordinal };
      }
    })(),
  };
}

const closingOf = (recordings: readonly CutRecording[], driveId = 'drive-1'): ClosingDock => ({
  drive: { tenant: 'default', driveId: driveId as DriveId, vehicleId: 'car-1', labels: {}, startTime: null },
  dock: { dockId: 'dock-1', garage: 'north', dockedAtMs: 1 },
  recordings,
});

async function close(closing: ClosingDock) {
  const spool = await openFileSpool({ root: join(folder, 'spool') });
  return closeDock(closing, { spool, store, log });
}

describe('closing a dock', () => {
  it('puts the whole list under the name of its hash, counted in its last line, and tells the indexer', async () => {
    const closing = closingOf([recordingOf('one', 3000), recordingOf('two', 1)]);
    const closed = await close(closing);
    const bytes = await store.read(closed.manifestObject);
    expect(closed.manifestSha256).toBe(sha256Of(bytes));
    expect(closed.manifestObject).toBe(manifestObjectName(closing.drive, closed.manifestSha256));
    const lines = utf8FromBytes(bytes).trimEnd().split('\n');
    const parsed = lines.map((line): ManifestLine => manifestLineFromText(line, 'here'));
    expect(parsed[0]).toMatchObject({ type: 'manifest', chunkStore: 'memory', dockId: 'dock-1', garage: 'north' });
    expect(parsed.at(-1)).toEqual({ type: 'end', recordings: 2, channels: 0, chunks: 3001, losses: 0, findings: 0 });
    expect(parsed.length).toBe(1 + 2 + 3001 + 1);
    expect(log.published.map(({ topic, key }) => [topic, key])).toEqual([[LogTopic.manifests, 'drive-1']]);
    expect(log.on(LogTopic.manifests)).toEqual([closed]);
  });

  it('has the verdict and its findings behind the recordings, worst first', async () => {
    const finding = { topic: '/lidar', kind: 'missing', severity: 'error', startTime: null, endTime: null } as const;
    const findings = ['first', 'second'].map((text) => {
      return { ...finding, expected: 1, seen: 0, unit: 'messages', count: 1, text } as const;
    });
    const facts = {
      judgedFrom: 'messages',
      vehicleType: null,
      isComplete: false,
      summary: '2 findings',
      notes: [],
    } as const;
    const closed = await close({ ...closingOf([recordingOf('one', 1)]), verdict: { ...facts, findings } });
    const lines = utf8FromBytes(await store.read(closed.manifestObject))
      .trimEnd()
      .split('\n')
      .slice(3);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: 'verdict', ...facts, findings: 2 },
      { type: 'finding', ordinal: 0, ...findings[0] },
      { type: 'finding', ordinal: 1, ...findings[1] },
      { type: 'end', recordings: 1, channels: 0, chunks: 1, losses: 0, findings: 2 },
    ]);
  });

  it('gives the same manifest when it is done twice, and says so twice', async () => {
    const [one, two] = [await close(closingOf([recordingOf('r', 5)])), await close(closingOf([recordingOf('r', 5)]))];
    expect(two).toEqual(one);
    expect(store.objects.size).toBe(1);
    expect(log.on(LogTopic.manifests)).toEqual([one, one]);
  });

  it('takes every drive id that a sidecar may give', async () => {
    await close(closingOf([recordingOf('r', 1)], `A.b_c~d-${'x'.repeat(120)}`));
    expect(store.objects.size).toBe(1);
  });
});

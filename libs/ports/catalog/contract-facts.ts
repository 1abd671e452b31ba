/** Facts for the catalog's contract: one small drive, built from a few numbers, with ids that parse. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ClockFacts, ClockSegment } from '@pitlane/contracts/clock';
import type { SignalSeries } from '@pitlane/contracts/derivation';
import type { ChunkId, ChunkKind, DriveId, RecordingId, Sha256Hex } from '@pitlane/contracts/identity';
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import type { ChunkChannelFacts, ChunkFacts, DockFacts, DriveFacts, LossFacts } from '@pitlane/contracts/manifest';
import type { MatrixVerdict } from '@pitlane/contracts/matrix';
import { previewObjectName } from '@pitlane/contracts/object-layout';
import type { PreviewFacts } from '@pitlane/contracts/preview';
import type { RecordingPreview, State } from '@pitlane/contracts/records';

/** 2018-07-24T03:28:00Z: the start of a window, and of every drive here. */
export const START_NS = 1_532_402_880_000_000_000n;
export const WINDOW_NS = 60_000_000_000n;
export const DOCKED_AT_MS = 1_532_430_000_000;

export const hex = (text: string): Sha256Hex => sha256Of(text);
export const recordingId = (name: string): RecordingId => sha256Of(`recording ${name}`) as string as RecordingId;
export const chunkId = (name: string): ChunkId => sha256Of(`chunk ${name}`) as string as ChunkId;
export const timeText = (seconds: number): string => String(START_NS + BigInt(Math.round(seconds * 1e9)));

export class DriveBuilder {
  readonly drive: DriveFacts;
  readonly dock: DockFacts;

  constructor(driveId: string, { tenant = 'acme', garage = 'north', dockId = 'dock-1' } = {}) {
    this.drive = {
      tenant,
      driveId: driveId as DriveId,
      vehicleId: 'car-7',
      labels: { software: '1.2' },
      startTime: String(START_NS),
    };
    this.dock = { dockId, garage, dockedAtMs: DOCKED_AT_MS };
  }

  docked(): CatalogEvent {
    return { type: 'dock', drive: this.drive, dock: this.dock };
  }

  preview(name: string, fields: Partial<RecordingPreview> = {}): CatalogEvent {
    return {
      type: 'preview',
      drive: this.drive,
      dockId: this.dock.dockId,
      recording: {
        recordingId: recordingId(name),
        path: `${name}.mcap`,
        format: 'mcap',
        bytes: 1000,
        headSha256: hex(`head ${name}`),
        startTime: timeText(0),
        endTime: timeText(120),
        messages: 240,
        topics: [{ topic: '/imu', schemaName: 'Imu', messages: 240 }],
        ...fields,
      },
    };
  }

  previewed(name: string, fields: Partial<PreviewFacts> = {}): CatalogEvent {
    const previewId = hex(`preview ${name} ${fields.sourceBytes ?? 1000}`);
    const { tenant, driveId, vehicleId } = this.drive;
    const preview = {
      previewId,
      tenant,
      driveId,
      vehicleId,
      path: `${name}.mcap`,
      headSha256: hex(`head ${name}`),
      sourceBytes: 1000,
      readBytes: 100,
      topics: ['/imu', '/camera'],
      messages: 9,
      frames: 4,
      startTime: timeText(0),
      endTime: timeText(120),
      notes: ['a note'],
      ...fields,
    };
    const stored = { generation: '7', bytesStored: 500, crc32c: '01234567' };
    return {
      type: 'preview-object',
      drive: this.drive,
      preview,
      object: previewObjectName(preview, previewId),
      stored,
    };
  }

  state(name: string, state: State): CatalogEvent {
    return { type: 'state', drive: this.drive, recordingId: recordingId(name), state };
  }

  set(name: string, state: 'pending' | 'active' | 'superseded', by: string | null = null): CatalogEvent {
    const holder = by === null ? null : recordingId(by);
    return { type: 'chunk-set', drive: this.drive, recordingId: recordingId(name), state, by: holder };
  }

  recording(name: string, endTime: string | null = timeText(120), clock?: ClockFacts): CatalogEvent {
    return {
      type: 'recording',
      drive: this.drive,
      dockId: this.dock.dockId,
      recording: {
        recordingId: recordingId(name),
        path: `${name}.mcap`,
        format: 'mcap',
        opaqueReason: null,
        profile: 'ros2',
        library: 'writer 1',
        bytes: 1000,
        headSha256: hex(`head ${name}`),
        planVersion: 1,
        chunks: 2,
        messages: 200,
        startTime: timeText(0),
        endTime,
        notes: ['no footer'],
        ...(clock && { clock }),
      },
    };
  }

  channel(name: string, channel: number, topic: string, schemaName: string | null = 'Imu'): CatalogEvent {
    return {
      type: 'channel',
      drive: this.drive,
      channel: {
        recordingId: recordingId(name),
        channel,
        topic,
        messageEncoding: 'cdr',
        schemaName,
        schemaEncoding: schemaName === null ? null : 'ros2msg',
        schemaSha256: schemaName === null ? null : hex(schemaName),
        metadata: { qos: 'best' },
        messages: 200,
        bytes: 2000,
        startTime: timeText(0),
        endTime: timeText(120),
        digest: hex(`digest ${name} ${topic}`),
      },
    };
  }

  /** Signals of a chunk, a sample every 250 ms from the start of the drive on. */
  derived(id: ChunkId, signals: Readonly<Record<string, readonly number[] | readonly string[]>>): CatalogEvent {
    const derivation = { deriver: 'signals', version: '1', object: `v1/${id}`, messages: 3, undecoded: 0, faults: [] };
    const series = Object.entries(signals).map(([signal, samples]): SignalSeries => {
      const words = samples.filter((sample) => typeof sample === 'string');
      return {
        topic: '/imu',
        signal,
        rank: 0,
        unit: '',
        startTime: timeText(0),
        endTime: timeText((samples.length - 1) / 4),
        offsetsNs: samples.map((_, i) => i * 250_000_000),
        values: samples.filter((sample) => typeof sample === 'number'),
        texts: words,
      };
    });
    return { type: 'derivation', drive: this.drive, chunkId: id, derivation, signals: series };
  }

  /** A log chunk of one message every 0.6 s on each topic, unless `fields` say otherwise. */
  chunk(
    name: string,
    ordinal: number,
    fields: Partial<ChunkFacts> & { readonly topics?: readonly string[] } = {},
  ): CatalogEvent {
    const { topics = ['/imu'], ...given } = fields;
    const startTime = given.startTime === undefined ? timeText(ordinal * 60) : given.startTime;
    const endTime = given.endTime === undefined ? timeText(ordinal * 60 + 59.4) : given.endTime;
    const id = given.chunkId ?? chunkId(`${this.drive.driveId} ${name} ${ordinal}`);
    const channels = topics.map(
      (topic, channel): ChunkChannelFacts => ({
        channel,
        topic,
        messages: 100,
        bytes: 1000,
        startTime,
        endTime,
        leaf: hex(`leaf ${id} ${topic}`),
      }),
    );
    const chunk: ChunkFacts = {
      chunkId: id,
      recordingId: recordingId(name),
      kind: 'log' satisfies ChunkKind,
      ordinal,
      group: '',
      windowStart: String(START_NS + BigInt(ordinal) * WINDOW_NS),
      part: 0,
      sourceStart: ordinal * 500,
      sourceEnd: (ordinal + 1) * 500,
      startTime,
      endTime,
      messages: channels.length * 100,
      bytesRaw: channels.length * 1000,
      object: `v1/00/${this.drive.tenant}/car-7/${this.drive.driveId}/${id}.mcap`,
      bytesStored: 1,
      crc32c: '00000000',
      sha256: hex(`object ${id}`),
      channels,
      ...given,
    };
    const stored = { generation: '1700000000000001', bytesStored: 400, crc32c: '0badcafe' };
    return { type: 'chunk', drive: this.drive, chunk, stored };
  }

  loss(name: string, fields: Partial<LossFacts> = {}): CatalogEvent {
    return {
      type: 'loss',
      drive: this.drive,
      loss: {
        recordingId: recordingId(name),
        reason: 'truncated',
        text: 'the file ends in the middle of a record',
        offset: 900,
        bytes: 100,
        keptIn: chunkId(`kept ${name}`),
        topics: ['/imu'],
        startTime: timeText(120),
        endTime: timeText(130),
        ...fields,
      },
    };
  }

  /** The verdict of this dock, `dockedLaterMs` after the first, and its findings by their texts. */
  judged(texts: readonly string[], dockedLaterMs = 0): CatalogEvent[] {
    const { drive, dock } = this;
    const facts = {
      judgedFrom: 'messages',
      vehicleType: 'shuttle',
      isComplete: texts.length === 0,
      notes: ['a note'],
    } as const;
    const verdict = {
      ...facts,
      summary: texts.length === 0 ? 'complete' : `${texts.length} findings`,
      findings: texts.length,
    };
    const finding = {
      topic: '/imu',
      kind: 'gap',
      severity: 'error',
      startTime: timeText(120),
      endTime: timeText(130.5),
    } as const;
    const numbers = { expected: 300, seen: 10_500, unit: 'ms', count: 1 } as const;
    return [
      { type: 'verdict', drive, dock: { dockId: dock.dockId, dockedAtMs: dock.dockedAtMs + dockedLaterMs }, verdict },
      ...texts.map((text, ordinal): CatalogEvent => {
        return { type: 'finding', drive, dockId: dock.dockId, finding: { ...finding, ...numbers, ordinal, text } };
      }),
    ];
  }

  receipt(names: readonly string[], signedAt = '2018-07-24T12:00:00.5Z'): CatalogEvent {
    const receiptId = hex(`receipt ${this.drive.driveId} ${signedAt}`);
    return {
      type: 'receipt',
      drive: this.drive,
      receipt: {
        receiptId,
        dockId: this.dock.dockId,
        keyId: 'key-1',
        signedAt,
        object: `v1/00/receipts/${receiptId}.json`,
        manifestObject: 'v1/00/manifests/1.ndjson',
        recordings: names.map(recordingId),
        chunks: 2,
        bytesStored: 800,
        objectsSha256Root: hex('root'),
      },
    };
  }

  /** The verdict of a run of the matrix on a slice of the drive. */
  judgedIn(runId: string, job: number, verdict: MatrixVerdict): CatalogEvent {
    const digest = 'cd'.repeat(32) as Sha256Hex;
    return {
      type: 'matrix-result',
      drive: this.drive,
      run: {
        runId,
        name: 'brake',
        scenarioSha256: 'ab'.repeat(32) as Sha256Hex,
        seed: '7',
        population: 40,
        startedAtMs: DOCKED_AT_MS,
        repeats: null,
        object: `v1/matrix/acme/${runId}.ndjson`,
      },
      result: {
        job,
        group: job % 2 === 0 ? 'rain' : 'dry',
        startTime: timeText(60),
        endTime: null,
        topics: ['/imu', '/gps'],
        verdict,
        exitCode: verdict === 'error' ? null : verdict === 'pass' ? 0 : 1,
        repeats: 2,
        messages: 100,
        replayDigest: verdict === 'error' ? null : digest,
        wallMs: 12,
        metrics: { jerk: 1.5 },
        text: verdict === 'pass' ? '' : 'too hard',
      },
    };
  }
}

/** A segment of a clock that GNSS says is off by `offsetNs`, unless `fields` say otherwise. */
export const clockSegment = (offsetNs: string | null, fields: Partial<ClockSegment> = {}): ClockSegment => ({
  startTime: timeText(0),
  endTime: timeText(120),
  sourceStart: 0,
  sourceEnd: 1000,
  stepNs: null,
  offsetNs,
  driftPpb: 0,
  residualNs: '1000',
  pairs: 100,
  source: 'gnss',
  quality: 'good',
  applied: true,
  text: 'GNSS says',
  ...fields,
});

/** Throws when the two are not equal as canonical JSON. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonicalJson(actual), canonicalJson(expected)];
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, found ${found}`);
}

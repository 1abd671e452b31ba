import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DRIVE,
  type Embedded,
  embeddedExplorer,
  LATE,
  pluck,
  recordingId,
  type Row,
  type Rows,
  timeText,
  TWICE,
} from './explorer.fixture.ts';

let api: Embedded;
beforeAll(async () => {
  api = await embeddedExplorer();
});
afterAll(() => api.close());

const driveIds = async (query: string): Promise<unknown[]> =>
  pluck((await api.ask<Rows<'drives'>>(`/v1/drives?${query}`)).drives, 'driveId');

describe('the list of drives', () => {
  it('is filtered by labels, garage and loss', async () => {
    expect(await driveIds('label.software=1.2&tenant=beta')).toEqual([TWICE]);
    expect(await driveIds('label.map=m7')).toEqual([LATE]);
    expect(await driveIds('label.map=m7&label.rain%20state=wet')).toEqual([LATE]);
    expect(await driveIds('label.map=m8')).toEqual([]);
    expect(await driveIds(`garage=${encodeURIComponent('süd')}`)).toEqual([LATE]);
    expect(await driveIds('hasLoss=true')).toEqual([DRIVE]);
    expect(await driveIds('hasLoss=false&tenant=acme')).toEqual([LATE, TWICE]);
  });

  it('finds by parts of names and paths, whatever their case, and by the beginning of an id', async () => {
    expect(await driveIds('q=LATE')).toEqual([LATE]);
    expect(await driveIds('q=car-8')).toEqual([DRIVE]);
    expect(await driveIds('q=night/cam')).toEqual([LATE]);
    expect(await driveIds(`q=${recordingId('r4').slice(0, 12)}`)).toEqual([LATE]);
    expect(await driveIds('q=%25')).toEqual([]);
  });

  it('gives the newest first, page by page, and keeps the cursors of its orders apart', async () => {
    const all = await driveIds('order=start');
    const paged: Row[] = [];
    for (let cursor = ''; ; ) {
      const page = await api.ask<Rows<'drives'> & { next: string | null }>(
        `/v1/drives?order=start&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...page.drives);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(pluck(paged, 'driveId')).toEqual(all);
    expect(new Set(paged.map((row) => JSON.stringify([row['tenant'], row['driveId']]))).size).toBe(4);
    expect(await driveIds('order=docked')).toHaveLength(4);
    const { next } = await api.ask<{ next: string }>('/v1/drives?order=start&limit=1');
    expect((await api.get(`/v1/drives?order=docked&cursor=${next}`)).body).toMatchObject({ code: 'bad-usage' });
  });

  it('refuses labels, flags and orders that are none', async () => {
    for (const query of ['hasLoss=perhaps', 'order=size', "label.a'b=1", 'label.=1', 'label.a%22=1', 'q=']) {
      expect([query, (await api.get(`/v1/drives?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe('a drive', () => {
  it('is its row, with recordings, receipts, verdict and previews beside it', async () => {
    const drive = await api.ask<Rows<'previews'>>(`/v1/drives/${DRIVE}`);
    expect(drive).toMatchObject({
      tenant: 'acme',
      vehicleId: 'car-8',
      labels: { software: '1.2' },
      recordings: 2,
      supersededRecordings: 1,
      recordingStates: { indexed: 1, receipted: 1 },
      chunks: 2,
      messages: 400,
      receiptState: 'partial',
      recordingsWithoutReceipt: 2,
      verdict: { summary: '1 findings', judgedFrom: 'messages', vehicleType: 'shuttle', findings: 1 },
      previewTopics: ['/camera', '/imu'],
    });
    expect(drive['receiptIds']).toEqual([drive['receiptId']]);
    expect(drive.previews[0]).toMatchObject({ path: 'r1.mcap', frames: 4, startTime: timeText(0) });
  });

  it('is said to be missing, and of which tenant it is meant where two have one', async () => {
    expect((await api.get('/v1/drives/none')).body).toMatchObject({ code: 'not-found' });
    expect((await api.get(`/v1/drives/${TWICE}`)).body).toMatchObject({
      code: 'bad-usage',
      detail: expect.stringContaining('(acme, beta)'),
    });
    expect(await api.ask(`/v1/drives/${TWICE}?tenant=beta`)).toMatchObject({ tenant: 'beta', chunks: 1 });
    expect((await api.get(`/v1/drives/${DRIVE}?tenant=beta`)).body).toMatchObject({ code: 'not-found' });
  });
});

interface Rates extends Row {
  readonly startTime: string;
  readonly endTime: string;
  readonly bucketNs: string;
  readonly topics: readonly { readonly topic: string; readonly messages: readonly number[] }[];
}
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('message rates', () => {
  it('count every message once, bucket by bucket', async () => {
    const rates = await api.ask<Rates>(`/v1/drives/${DRIVE}/rates?buckets=12`);
    expect(rates.topics.map(({ topic }) => topic)).toEqual(['/gps', '/imu']);
    for (const { messages } of rates.topics) {
      expect(sum(messages)).toBeCloseTo(200, 0);
      expect(Math.max(...messages)).toBeLessThan(20);
    }
    expect(BigInt(rates.bucketNs) * 12n).toBeGreaterThanOrEqual(BigInt(rates.endTime) - BigInt(rates.startTime));
  });

  it('are those of the topics and times that are asked for', async () => {
    const asked = `topics=/im*&start=${timeText(0)}&end=${timeText(30)}&buckets=3`;
    const { topics, startTime, endTime } = await api.ask<Rates>(`/v1/drives/${DRIVE}/rates?${asked}`);
    expect([topics.length, topics[0]?.topic, startTime, endTime]).toEqual([1, '/imu', timeText(0), timeText(30)]);
    expect(Math.abs(sum(topics[0]?.messages ?? []) - 50)).toBeLessThan(5);
  });

  it('refuse what is too much, backwards, or unknown', async () => {
    for (const [query, code] of [
      ['buckets=2001', 'bad-usage'],
      [`start=${timeText(9)}&end=${timeText(1)}`, 'bad-usage'],
      ['topics=/nothing', 'not-found'],
      ['start=yesterday', 'bad-usage'],
    ] as const) {
      expect([query, (await api.get(`/v1/drives/${DRIVE}/rates?${query}`)).body['code']]).toEqual([query, code]);
    }
  });
});

describe('the estimate of a slice', () => {
  it('is exact where whole chunks are asked for', async () => {
    expect(await api.ask(`/v1/slice/estimate?drive=${DRIVE}`)).toMatchObject({
      chunks: 2,
      bytesStored: 800,
      bytesTouched: 800,
      messages: 400,
      requests: 2,
      secondsAt: null,
      missingMore: 0,
    });
  });

  it('takes shares of chunks by time and topic, and reckons with the rate that is stated', async () => {
    const half = `drive=${DRIVE}&topics=/imu&start=${timeText(0)}&end=${timeText(30)}&bytesPerS=50`;
    const { chunks, bytesStored, messages, secondsAt, missing } = await api.ask(`/v1/slice/estimate?${half}`);
    expect([chunks, messages]).toEqual([1, 51]);
    expect(bytesStored).toBe(101);
    expect(secondsAt).toEqual({ bytesPerS: 50, seconds: 101 / 50, isMeasured: false });
    expect(missing).toEqual([]);
  });

  it('says what is missing, and why', async () => {
    const { missing } = await api.ask(`/v1/slice/estimate?drive=${DRIVE}&start=${timeText(60)}`);
    expect(missing).toEqual([
      { topic: '/cabin', startTime: timeText(120), endTime: timeText(130), state: 'on-car', reason: 'withheld' },
      { topic: '/imu', startTime: timeText(70), endTime: timeText(80), state: 'lost', reason: 'truncated' },
    ]);
    const late = await api.ask<Rows<'missing'>>(`/v1/slice/estimate?drive=${LATE}`);
    expect(pluck(late.missing, 'topic', 'state')).toEqual([['/imu', 'in-flight']]);
  });

  it('refuses an empty range, unknown topics and drives, and a rate of nothing', async () => {
    for (const [query, code] of [
      [`drive=${DRIVE}&start=${timeText(5)}&end=${timeText(5)}`, 'bad-usage'],
      [`drive=${DRIVE}&topics=/nothing`, 'not-found'],
      [`drive=${DRIVE}&bytesPerS=0`, 'bad-usage'],
      ['drive=none', 'not-found'],
    ] as const) {
      expect([query, (await api.get(`/v1/slice/estimate?${query}`)).body['code']]).toEqual([query, code]);
    }
  });
});

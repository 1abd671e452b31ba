import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { textFromTimeNs } from '@pitlane/base/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { bareTools, opaqueReason } from '../lines/opaque-reason.fixture.ts';
import type { Message } from '../recording/index.ts';
import { gpx } from './index.ts';

const SEED = 20_261_126;
const data = requireData();
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const readText = (text: string): Promise<ReadRecording> => readRecording(gpx, memorySource(bytesOf(text)));
const jsonOf = ({ data: json }: Message): string => Buffer.from(json).toString();
const pointOf = (message: Message): Record<string, unknown> => JSON.parse(jsonOf(message)) as Record<string, unknown>;
const inTrack = (points: string): string => `<gpx><trk><trkseg>${points}</trkseg></trk></gpx>`;
const point = (inner: string): string => inTrack(`<trkpt lat="1" lon="2">${inner}</trkpt>`);

interface WrittenPoint {
  readonly lat: string;
  readonly lon: string;
  readonly ele: string | undefined;
  readonly seconds: number;
  readonly nanos: string;
  readonly name: string;
  readonly isCdata: boolean;
}

const decimal = fc
  .tuple(fc.integer({ min: -179, max: 179 }), fc.stringMatching(/^\d{0,12}$/))
  .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));
const writtenPoint: fc.Arbitrary<WrittenPoint> = fc.record({
  lat: decimal,
  lon: decimal,
  ele: fc.option(decimal, { nil: undefined }),
  seconds: fc.nat(4_000_000_000),
  nanos: fc.stringMatching(/^(\d{0,8}[1-9])?$/),
  name: fc.stringMatching(/^[ -~äß→🛰]{0,12}$/u).filter((text) => !text.includes(']]>')),
  isCdata: fc.boolean(),
});
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&apos;')
    .replaceAll('"', '&#34;')
    .replaceAll('ß', '&#xDF;');

const timeOf = ({ seconds, nanos }: WrittenPoint): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}${nanos && `.${nanos}`}Z`;

function xmlOf(written: WrittenPoint): string {
  const { lat, lon, ele, name, isCdata } = written;
  const altitude = ele === undefined ? '' : `<ele>${ele}</ele>`;
  const text = isCdata ? `<![CDATA[${name}]]>` : escaped(name);
  return `<trkpt lat="${lat}" lon='${lon}'>${altitude}<time>${timeOf(written)}</time>\n<name>${text}</name></trkpt>`;
}

describe('a GPX file', () => {
  it('reads back what was written, digit for digit', async () => {
    const tracks = fc.array(fc.array(fc.array(writtenPoint, { maxLength: 3 }), { maxLength: 3 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(tracks, async (written) => {
        const segmentXml = (points: WrittenPoint[]): string => `<trkseg>${points.map(xmlOf).join('\n')}</trkseg>`;
        const xml = written.map((segments) => `<trk>${segments.map(segmentXml).join('')}</trk>`);
        const { channels, messages, losses, notes } = await readText(
          `<?xml version="1.0"?>\n<gpx>${xml.join(' ')}</gpx>`,
        );
        expect([losses, notes]).toEqual([[], []]);
        expect(channels.map(({ topic }) => topic)).toEqual(written.map((_, at) => `/gpx/track/${at + 1}`));
        const wanted = written.flatMap((segments, track) =>
          segments.flatMap((points, segment) => points.map((one) => ({ one, track, segment }))),
        );
        expect(messages.map(({ channel, logTimeNs }) => [channel.index, textFromTimeNs(logTimeNs)])).toEqual(
          wanted.map(({ one, track }) => [track, timeOf(one)]),
        );
        expect(messages.map(jsonOf)).toEqual(
          wanted.map(({ one, segment }) => {
            const { lat, lon, ele, name, seconds, nanos } = one;
            const altitude = ele === undefined ? '' : `"altitude":${ele},`;
            const stamp = `"timestamp":{"sec":${seconds},"nsec":${Number(nanos.padEnd(9, '0'))}}`;
            const place = `"latitude":${lat},"longitude":${lon},"segment":${segment + 1}`;
            return `{${stamp},${place},${altitude}"name":${JSON.stringify(name)}}`;
          }),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('has a channel for each track, each route and the waypoints, with a schema, empty or not', async () => {
    const at = 'lat="1" lon="2"';
    const { channels, messages } = await readText(
      `<gpx><wpt ${at}/><trk/><trk><trkseg><trkpt ${at}/></trkseg><trkseg/><trkseg><trkpt ${at}/></trkseg></trk>` +
        `<rte><rtept ${at}></rtept></rte></gpx>`,
    );
    expect(channels.map(({ topic }) => topic)).toEqual([
      '/gpx/waypoints',
      '/gpx/track/1',
      '/gpx/track/2',
      '/gpx/route/1',
    ]);
    expect(channels[0]).toMatchObject({
      messageEncoding: 'json',
      schema: { name: 'gpx.Point', encoding: 'jsonschema' },
    });
    expect(messages.map((message) => [message.channel.index, pointOf(message)['segment']])).toEqual([
      [0, undefined],
      [2, 1],
      [2, 3],
      [3, undefined],
    ]);
  });

  it('says what a point says beside its place: numbers, texts, and XML as it stands', async () => {
    const extensions = '<a:hr xmlns:a="x">7</a:hr><!-- b --> ';
    const { messages, losses } = await readText(
      point(
        '<ele> +007.50 </ele><speed>1.20</speed><sat>many</sat><name>5</name><name>6</name><link href="x"/>' +
          `<extensions>${extensions}</extensions><latitude>9</latitude><__proto__>p</__proto__>`,
      ),
    );
    expect(losses).toEqual([]);
    expect(messages.map(jsonOf)).toEqual([
      '{"latitude":1,"longitude":2,"segment":1,"altitude":7.50,"speed":1.20,"sat":"many","name":"5","name[2]":"6",' +
        `"link":${JSON.stringify('<link href="x"/>')},"extensions":${JSON.stringify(extensions)},` +
        '"gpx:latitude":"9","__proto__":"p"}',
    ]);
  });

  it('gives points without a time the last one, and says how many there are', async () => {
    const times = [
      '',
      '<time>2020-01-01T00:00:00Z</time>',
      '',
      '<time>soon</time>',
      '<time>1969-01-01T00:00:00Z</time>',
    ];
    const { messages, notes } = await readText(
      inTrack(times.map((time) => `<trkpt lat="1" lon="2">${time}</trkpt>`).join('')),
    );
    const [zero, then] = [0n, 1_577_836_800_000_000_000n];
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual([zero, then, then, then, then]);
    expect(messages.map((message) => 'timestamp' in pointOf(message))).toEqual([false, true, false, false, false]);
    expect(pointOf(messages[3] as Message)['time']).toBe('soon');
    expect(notes).toEqual(['4 of 5 points have no time: they take the last one before them, or 1970-01-01']);
  });

  it('keeps a time as it stood where it is spelled in another way', async () => {
    for (const [text, told] of [
      ['2020-01-01T02:00:00+02:00', '2020-01-01T00:00:00Z'],
      ['2020-01-01T00:00:00.10Z', '2020-01-01T00:00:00.1Z'],
      ['2020-01-01T00:00:00.1234567891Z', '2020-01-01T00:00:00.123456789Z'],
      ['2020-01-01T00:00:00', '2020-01-01T00:00:00Z'],
    ]) {
      const { messages, notes } = await readText(point(`<time>${text}</time>`));
      expect(textFromTimeNs(messages[0]?.logTimeNs ?? 0n)).toBe(told);
      expect(pointOf(messages[0] as Message)['time']).toBe(text);
      expect(notes.length).toBe(text?.length === 19 ? 1 : 0);
    }
  });

  it('tells of all the rest in one metadata record, and notes comments', async () => {
    const { metadata, notes, losses } = await readText(
      '\u{feff}<?xml version="1.0"?><!-- hi --><gpx version="1.1" creator="a&amp;b"><metadata><name>n</name></metadata>' +
        '<trk><name>one</name><link href="a"/><link href="b"/><trkseg/></trk><rte><name>two</name></rte>' +
        '<extensions><x>y</x></extensions></gpx>',
    );
    expect(losses).toEqual([]);
    expect(notes).toEqual(['at 24: comment " hi "']);
    expect(metadata.map(({ name }) => name)).toEqual(['gpx.metadata']);
    expect(Object.fromEntries(metadata[0]?.entries ?? [])).toEqual({
      '@version': '1.1',
      '@creator': 'a&b',
      metadata: '<metadata><name>n</name></metadata>',
      'track/1/name': 'one',
      'track/1/link': '<link href="a"/>',
      'track/1/link[2]': '<link href="b"/>',
      'route/1/name': 'two',
      extensions: '<x>y</x>',
    });
  });

  it('is read in the encoding that it declares', async () => {
    const xml = (encoding: string): Uint8Array =>
      new Uint8Array(
        Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>${point('<name>\xe4</name>')}`, 'latin1'),
      );
    const latin = await readRecording(gpx, memorySource(xml('ISO-8859-1')));
    expect(pointOf(latin.messages[0] as Message)['name']).toBe('ä');
    const broken = await readRecording(gpx, memorySource(xml('utf-8')));
    expect([broken.messages.length, broken.losses.length]).toEqual([0, 1]);
    expect(await opaqueReason(gpx, xml('no-such'))).toBe('the encoding "no-such" is not known');
  });

  it('lands opaque with a document type or with too many channels', async () => {
    const bomb = `<!DOCTYPE gpx [<!ENTITY a "b">]>${point('<name>&a;</name>')}`;
    expect(await opaqueReason(gpx, bytesOf(bomb))).toBe('the file declares a document type');
    expect(await opaqueReason(gpx, bytesOf('<gpx><trk/><trk/><trk/></gpx>'), { channelsMax: 2 })).toMatch(/channels/);
    expect(gpx.recognises(bytesOf(bomb))).toBe(false);
  });

  it('is recognised by its root element alone', () => {
    const isGpx = (text: string): boolean => gpx.recognises(bytesOf(text));
    expect(['<gpx>', '\u{feff}<gpx\n', ' <?xml version="1.0"?> <!-- <a> -->\n<gpx/>'].map(isGpx)).toEqual(
      new Array(3).fill(true),
    );
    expect(['', '<gpx', '<gpxx>', '<kml><gpx>', 'x<gpx>', '<!-- <gpx>', '<GPX>', '\0<gpx>'].map(isGpx)).toEqual(
      new Array(8).fill(false),
    );
    const readme = readFileSync(new URL('../../../README.md', import.meta.url));
    expect(gpx.recognises(readme.subarray(0, 4096))).toBe(false);
  });

  it('of many blocks reads like the points it is made of, and is inspected by its ends', async () => {
    const time = (at: number): string => new Date(at * 1000).toISOString().replace('.000', '');
    const points = Array.from(
      { length: 30_000 },
      (_, at) => `<trkpt lat="${at % 90}.5" lon="2"><time>${time(at)}</time></trkpt>`,
    );
    const source = memorySource(bytesOf(inTrack(points.join('\n'))));
    const { messages, losses } = await readRecording(gpx, source);
    expect(losses).toEqual([]);
    expect(messages.every(({ logTimeNs }, at) => logTimeNs === BigInt(at) * 1_000_000_000n)).toBe(true);
    expect(messages.length).toBe(30_000);
    source.bytesRead = 0;
    const inspection = await gpx.inspect(source, bareTools());
    expect(source.bytesRead).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
    expect([inspection.messages, inspection.startTimeNs, inspection.endTimeNs]).toEqual([
      undefined,
      0n,
      29_999_000_000_000n,
    ]);
  });
});

/** Points by topic, as gpxpy counts them; then the sums of the track points' latitudes, longitudes and heights. */
const FACTS: Record<string, { counts: Record<string, number>; sums: [number, number, number] }> = {
  'around-visnjan-with-car.gpx': {
    counts: { '/gpx/track/1': 104 },
    sums: [4708.67854977, 1426.585232774, 23_127.83],
  },
  'cerknicko-jezero.gpx': {
    counts: {
      '/gpx/waypoints': 7,
      '/gpx/track/1': 0,
      '/gpx/track/2': 173,
      '/gpx/track/3': 52,
      '/gpx/track/4': 2,
      '/gpx/track/5': 44,
      '/gpx/track/6': 2,
      '/gpx/track/7': 2,
      '/gpx/track/8': 21,
    },
    sums: [13_547.734576711, 4248.871361307, 162_927.86855],
  },
  'gpx1.1_with_all_fields.gpx': {
    counts: { '/gpx/waypoints': 2, '/gpx/route/1': 3, '/gpx/route/2': 2, '/gpx/track/1': 1, '/gpx/track/2': 0 },
    sums: [10.1, -20.2, 11.1],
  },
  'korita-zbevnica.gpx': {
    counts: { '/gpx/waypoints': 2, '/gpx/track/1': 0, '/gpx/track/2': 358, '/gpx/track/3': 176, '/gpx/track/4': 337 },
    sums: [39_564.605523734, 12_260.539379135, 785_205.738759],
  },
};

describe.skipIf(data === undefined)('real GPX files', () => {
  it.each(Object.entries(FACTS))('read like %s in another reader', async (name, { counts, sums }) => {
    const bytes = new Uint8Array(readFileSync(path.join(data ?? '', 'gps', name)));
    expect(gpx.recognises(bytes.subarray(0, 4096))).toBe(true);
    const { channels, messages, metadata, losses } = await readRecording(gpx, memorySource(bytes));
    const seen = Object.fromEntries(channels.map(({ topic }) => [topic, 0]));
    for (const { channel } of messages) seen[channel.topic] = (seen[channel.topic] ?? 0) + 1;
    expect([seen, losses, metadata.length]).toEqual([counts, [], 1]);
    const points = messages.filter(({ channel }) => channel.topic.startsWith('/gpx/track')).map(pointOf);
    const sum = (field: string): number => points.reduce((all, one) => all + Number(one[field] ?? 0), 0);
    expect(sum('latitude')).toBeCloseTo(sums[0], 6);
    expect(sum('longitude')).toBeCloseTo(sums[1], 6);
    expect(sum('altitude')).toBeCloseTo(sums[2], 5);
    const inspection = await gpx.inspect(memorySource(bytes), bareTools());
    expect(Object.fromEntries(inspection.topics.map((line) => [line.topic, line.messages]))).toEqual(counts);
  });

  it('are the only ones that are taken for GPX', () => {
    const others = ['gps', 'can'].flatMap((folder) =>
      readdirSync(path.join(data ?? '', folder))
        .filter((name) => name.includes('.') && !name.endsWith('.gpx'))
        .map((name) => readFileSync(path.join(data ?? '', folder, name)).subarray(0, 4096)),
    );
    expect(others.length).toBeGreaterThan(12);
    expect(others.filter((head) => gpx.recognises(head))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses, type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { gpx } from './index.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (bytes: Uint8Array): Promise<ReadRecording> => readRecording(gpx, memorySource(bytes));
const linesOf = ({ messages }: ReadRecording): string[] =>
  messages.map(({ channel, data }) => `${channel.topic} ${Buffer.from(data).toString()}`);

const pointXml = (at: number): string =>
  `<trkpt lat="4${at}.5" lon="1${at}.25"><ele>${at}</ele><time>2020-01-01T00:00:0${at}Z</time>` +
  `<name><![CDATA[<p>]]></name><extensions><x:hr a="b">${at}</x:hr></extensions></trkpt>`;
const HEAD = '<?xml version="1.0"?>\n<gpx version="1.1">\n<wpt lat="1" lon="2"><name>a&amp;b</name></wpt>\n';
const TEXT = `${HEAD}<trk><name>n</name><trkseg>\n${[1, 2, 3].map(pointXml).join('\n')}\n</trkseg></trk>\n</gpx>\n`;
const WHOLE = bytesOf(TEXT);

describe('a GPX file that was cut off', () => {
  it('gives every whole point, at every byte, and loses only the piece that is cut', async () => {
    const full = await read(WHOLE);
    expect(full.messages.length).toBe(4);
    const ends = full.messages.map(({ sourceOffset }) => TEXT.indexOf('pt>', sourceOffset) + 3);
    for (let cut = 0; cut < WHOLE.byteLength; cut += 1) {
      const back = await read(WHOLE.subarray(0, cut));
      const whole = ends.filter((end) => end <= cut).length;
      expect(linesOf(back), `cut at ${cut}`).toEqual(linesOf(full).slice(0, whole));
      expect(back.losses.length).toBeLessThanOrEqual(1);
      for (const { reason, offset, bytes } of back.losses) {
        expect([reason, offset + bytes], `cut at ${cut}`).toEqual(['truncated', cut]);
        expect(offset).toBeGreaterThanOrEqual(whole === 0 ? 0 : (ends[whole - 1] ?? 0));
      }
      const isInPoint = full.messages.some(({ sourceOffset }, at) => sourceOffset < cut && cut < (ends[at] ?? 0));
      if (isInPoint) expect(back.losses.length, `cut at ${cut}`).toBe(1);
    }
  });
});

describe('a damaged GPX file', () => {
  it('loses at most the point in which a bit was flipped, and one more where the end of a CDATA was', async () => {
    const full = linesOf(await read(WHOLE));
    for (let bit = 0; bit < WHOLE.byteLength * 8; bit += 1) {
      const damaged = WHOLE.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const back = await read(damaged);
      const places = linesOf(back).map((line) => /"latitude":[\d.]+/.exec(line)?.[0]);
      const kept = full.filter((line) => places.includes(/"latitude":[\d.]+/.exec(line)?.[0]));
      const isCdataEnd = TEXT.slice((bit >> 3) - 2, (bit >> 3) + 3).includes(']]>');
      expect(kept.length, `bit ${bit}`).toBeGreaterThanOrEqual(full.length - (isCdataEnd ? 2 : 1));
      expect(faultOfLosses(back.losses, damaged.byteLength), `bit ${bit}`).toBeUndefined();
    }
  });

  it.each([
    ['an end tag that closes something else', '<trkpt lat="1" lon="2"><ele>1</elo></trkpt>'],
    ['a point in a point', '<trkpt lat="1" lon="2"><ele>1</ele>'],
    ['no place', '<trkpt lat="1"><ele>1</ele></trkpt>'],
    ['a place that is no number', '<trkpt lat="1" lon="east"></trkpt>'],
    ['text beside its elements', '<trkpt lat="1" lon="2">abc<ele>1</ele></trkpt>'],
    ['an entity that is not known', '<trkpt lat="1" lon="2"><name>&auml;</name></trkpt>'],
    ['a character that there is not', '<trkpt lat="1" lon="2"><name>&#xD800;</name></trkpt>'],
    ['a bare ampersand', '<trkpt lat="1" lon="2"><name>a & b</name></trkpt>'],
    ['bytes that are no UTF-8', '<trkpt lat="1" lon="2"><name>\xff</name></trkpt>'],
    ['a NUL', '<trkpt lat="1" lon="2"><name>\0</name></trkpt>'],
    ['an attribute twice', '<trkpt lat="1" lat="1" lon="2"></trkpt>'],
    ['an attribute without quotes', '<trkpt lat=1 lon="2"></trkpt>'],
    ['a CDATA that does not end', '<trkpt lat="1" lon="2"><name><![CDATA[x</name></trkpt>'],
    ['an element that is nested too deep', `<trkpt lat="1" lon="2">${'<a>'.repeat(40)}${'</a>'.repeat(40)}</trkpt>`],
    ['text for a neighbour', 'lost'],
    ['a tag for a neighbour that closes nothing', '</ele>'],
  ])('loses a point with %s, and only that', async (_, broken) => {
    const [before, after] = [
      '<gpx><trk><trkseg><trkpt lat="8" lon="8"/>',
      '<trkpt lat="9" lon="9"/></trkseg></trk></gpx>',
    ];
    const { messages, losses } = await read(bytesOf(before + broken + after));
    expect(
      messages.map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as { latitude: number }).latitude),
    ).toEqual([8, 9]);
    expect(losses).toMatchObject([{ reason: 'corrupt-record', offset: before.length, bytes: broken.length }]);
  });

  it('keeps to its bounds for whatever has no end, and reads on behind it', async () => {
    const long = 3_000_000;
    for (const filler of [
      `<!-- ${'x'.repeat(long)} -->`,
      `<name>${'x'.repeat(long)}</name>`,
      `<a ${'x'.repeat(long)}="">`,
      `<a x="${'x'.repeat(long)}"/>`,
      `<extensions>${'<x/>'.repeat(long / 4)}</extensions>`,
      '\0'.repeat(long),
    ]) {
      const xml = `<gpx><trk><trkseg><trkpt lat="8" lon="8"/>${filler}<trkpt lat="9" lon="9"/></trkseg></trk></gpx>`;
      const { messages, losses } = await read(bytesOf(xml));
      expect([messages.length, losses.length]).toEqual([2, 1]);
      expect(losses[0]?.bytes).toBe(filler.length);
    }
  });

  it('loses metadata that is more than a MiB, and keeps all points', async () => {
    const names = `<desc>${'x'.repeat(100_000)}</desc>`.repeat(12);
    const { messages, metadata, losses } = await read(bytesOf(TEXT.replace('<trkseg>', `${names}<trkseg>`)));
    expect(messages.length).toBe(4);
    expect(losses.length).toBe(1);
    expect([...(metadata[0]?.entries.keys() ?? [])].filter((key) => key.includes('desc')).length).toBe(10);
  });

  it('made to be slow is read in a moment', async () => {
    for (const part of [
      '<trkpt lat="1" lon="2"><!-- ',
      '<trkpt lat="1" lon="2"><a><![CDATA[',
      '<trkpt ',
      '<a><trkpt>',
      '<!-',
    ]) {
      const before = performance.now();
      const bytes = bytesOf(`<gpx>${part.repeat(1_000_000 / part.length)}`);
      const { losses } = await read(bytes);
      expect(performance.now() - before, part).toBeLessThan(5000);
      expect(losses.length).toBeGreaterThan(0);
    }
  });

  it('says where it has no end, and loses what stands behind it', async () => {
    const open = await read(bytesOf(HEAD));
    expect([open.messages.length, open.losses.length]).toEqual([1, 0]);
    expect(open.notes).toContain('the file ends without </gpx>');
    const padded = await read(bytesOf(`${TEXT}${'\0'.repeat(500)}`));
    expect(padded.losses).toMatchObject([{ offset: TEXT.length - 1, bytes: 501 }]);
  });
});

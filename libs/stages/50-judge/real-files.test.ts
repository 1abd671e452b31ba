import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import { formatOf } from '@pitlane/formats/all';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { requireData } from '../../../test/support/requires.ts';
import { addEvidence, indexEvidence, judge, MessageObserver, TopicBook } from './index.ts';

const data = requireData();
const PATIENT = { nowMs: () => 0, untilMs: 1 };

async function evidencesOf(name: string) {
  const source = memorySource(new Uint8Array(readFileSync(join(data ?? '', name))), name);
  const format = formatOf(await head(source));
  if (!format) throw new Error(`${name} is of no format`);
  const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  const observer = new MessageObserver();
  const index = await indexEvidence(source, format, tools, PATIENT);
  for await (const batch of format.read(source, tools)) observer.observe(batch);
  return { index, messages: observer.evidence() };
}

async function head(source: ReturnType<typeof memorySource>): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(4096, source.sizeBytes));
  return bytes.subarray(0, await source.read(0, bytes));
}

const byTopic = ({ topics }: RecordingEvidence) =>
  topics.map(({ topic, messages, startTime, endTime }) => [topic, messages, startTime, endTime].join(' ')).sort();

function verdictOn(evidence: RecordingEvidence) {
  const book = new TopicBook();
  addEvidence(book, evidence);
  return judge({ book, judgedFrom: evidence.judgedFrom, vehicleId: '47', profile: undefined, unseen: [] });
}

describe.skipIf(!data)('real logs', () => {
  it.each([
    'mcap/crate-uncompressed.mcap',
    'mcap/crate-compressed.mcap',
    'mcap/example_logs.mcap',
    'mcap/foxglove-example.mcap',
    'bag/example.bag',
    'bag/example-lz4.bag',
    'bag/tilt_laser.bag',
    'bag/embag-test.bag',
    'bag/example-unsorted-chunks.bag',
  ])('%s is seen alike by its index and by its messages', async (name) => {
    const { index, messages } = await evidencesOf(name);
    if (!index) throw new Error(`${name} has no index`);
    expect(byTopic(index)).toEqual(byTopic(messages));
    expect(verdictOn(index).findings).toEqual(verdictOn(messages).findings.filter(({ kind }) => kind === 'gap'));
  });

  it('a laser that missed half a second twice has two gaps, and a player who types makes none', async () => {
    const tilt = verdictOn((await evidencesOf('bag/tilt_laser.bag')).messages);
    expect(tilt.findings.map(({ text }) => text)).toEqual([
      '/scan silent from 15:12:18 for 0.68 s',
      '/scan silent from 15:12:23 for 0.61 s',
    ]);
    const turtles = verdictOn((await evidencesOf('bag/example.bag')).messages);
    expect(turtles.findings.filter(({ topic }) => topic.endsWith('cmd_vel'))).toEqual([]);
  });

  it.each([
    ['ulog/sample.ulg', 'complete', []],
    ['gps/MIXED.log', '1 finding', ['/ubx/01-01 silent from 11:33:41 for 4 s']],
    ['mcap/custom-camera-model.mcap', 'complete', []],
    [
      'gps/serial-COM3.ubx',
      '11 findings',
      ['/nmea/GNGGA without fix from 07:29:18 for 105 s', '/nmea/GNRMC without fix from 07:29:18 for 105 s'],
    ],
    ['ulog/sample_log_small.ulg', '9 findings', ['/ekf_gps_drift silent from 00:00:22 for 1.2 s']],
  ])('%s is found to be %s', async (name, summary, worst) => {
    const verdict = verdictOn((await evidencesOf(name)).messages);
    expect(verdict.summary).toBe(summary);
    expect(verdict.findings.slice(0, worst.length).map(({ text }) => text)).toEqual(worst);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { readRecording } from '../../../test/support/read-recording.ts';
import { gpx } from '../gpx/index.ts';
import { mcap } from '../mcap/index.ts';
import { nmea } from '../nmea/index.ts';
import type { Channel, RecordingFormat } from '../recording/index.ts';
import { rosbag1 } from '../rosbag1/index.ts';
import { ulog } from '../ulog/index.ts';
import { type Decoder, decoderOf } from './index.ts';

const data = process.env['PITLANE_TEST_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname;
const present = existsSync(`${data}/mcap`);
if (!present) console.warn(`The real recordings are not at ${data}: their tests are skipped.`);

/** A topic of each, with what is known of its first message. */
const FILES: readonly [path: string, format: RecordingFormat, topic: string, first: object][] = [
  ['mcap/crate-uncompressed.mcap', mcap, '/tf', { transforms: [{ child_frame_id: 'radar' }] }],
  ['mcap/example_logs.mcap', mcap, 'mouse', { clientX: 1511, clientY: 974 }],
  ['bag/tilt_laser.bag', rosbag1, '/position_gps', { latitude: 47.37632751464844, longitude: 8.550288200378418 }],
  ['ulog/sample.ulg', ulog, '/actuator_outputs', { noutputs: 8 }],
  ['gps/MIXED.log', nmea, '/ubx/01-07', { fix_ok: true, satellites: 15, latitude: 53.4506691 }],
  ['gps/korita-zbevnica.gpx', gpx, '/gpx/track/2', { latitude: 45.380600095 }],
];

const decoderOfChannel = ({ messageEncoding, schema }: Channel): Promise<Decoder | undefined> =>
  decoderOf({
    messageEncoding,
    schemaName: schema?.name ?? '',
    schemaEncoding: schema?.encoding ?? '',
    schemaData: schema?.data ?? new Uint8Array(0),
  });

describe.skipIf(!present)('real recordings', () => {
  it.each(FILES)('give every message of %s as an object', async (path, format, topic, first) => {
    const { messages } = await readRecording(
      format,
      memorySource(new Uint8Array(readFileSync(`${data}/${path}`)), path),
    );
    const decoders = new Map<Channel, Decoder | undefined>();
    const seen: object[] = [];
    for (const { channel, data: bytes } of messages) {
      if (!decoders.has(channel)) decoders.set(channel, await decoderOfChannel(channel));
      const object = decoders.get(channel)?.(bytes);
      expect(object, channel.topic).toBeTypeOf('object');
      if (channel.topic === topic) seen.push(object as object);
    }
    expect(seen[0]).toMatchObject(first);
  });
});

import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { type ChunkId, type DriveId, sha256Of } from '@pitlane/contracts/identity';
import { mappingFor, type SignalMapping, type SignalSource } from '@pitlane/contracts/signals';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { type GivenChannel, type GivenMessage, objectOf } from '../../../test/support/chunk-object.ts';
import { crc32cText, MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { ChunkObject, ChunkWork, type Derived, signalsDeriver } from './index.ts';

const decompressors = await loadDecompressors();
const drive = { tenant: 'default', vehicleId: 'car-1', driveId: 'drive-1' as DriveId };
const chunk = { drive, chunkId: sha256Of('chunk') as string as ChunkId };
const START_NS = 1_773_843_180_000_000_000n;
const MS = 1_000_000n;

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const JSON_SCHEMA = { encoding: 'jsonschema', data: json({}) };
const STATE: GivenChannel = { topic: '/state', messageEncoding: 'json', schema: { name: 'own.State', ...JSON_SCHEMA } };
const THICK: GivenChannel = { topic: '/camera', messageEncoding: 'json', schema: { name: 'Image', ...JSON_SCHEMA } };

/** A message every so many milliseconds. */
const every = (ms: number, channel: number, values: readonly unknown[]): GivenMessage[] =>
  values.map((value, i) => ({
    channel,
    sequence: i,
    logTimeNs: START_NS + BigInt(i * ms) * MS,
    data: value instanceof Uint8Array ? value : json(value),
  }));

const mapping = (signals: readonly SignalSource[], topic = '/state', dbc?: string): SignalMapping => ({
  mappingVersion: 1,
  vehicleType: 'test',
  vehicles: [],
  defaults: false,
  topics: [{ topic, signals, ...(dbc !== undefined && { dbc }) }],
});

async function derived(
  channels: readonly GivenChannel[],
  messages: readonly GivenMessage[],
  by: SignalMapping,
): Promise<Derived & { requests: number; reads: number }> {
  const booked = channels.map((channel, index) => ({ ...channel, index, twin: 0 }));
  const cuts = { innerMessages: 10, compression: 'zstd' } as const;
  const { bytes } = await objectOf(messages, booked, cuts, 'ros2');
  const store = new MemoryObjectStore();
  await store.put('object', { bytes }, { crc32c: crc32cText(bytes) });
  const object = await ChunkObject.open(store, 'object', bytes.byteLength, new AbortController().signal);
  const tools = { decompressors, crc32: (part: Uint8Array) => crc32(part) };
  const work = new ChunkWork('object', chunk, [signalsDeriver(by)], tools);
  let reads = 0;
  for await (const [place, record] of object.inners(await work.choose(object.channels))) {
    work.take(place, record);
    reads += 1;
  }
  await object.close();
  const [only] = work.finish();
  if (!only) throw new Error('nothing was derived');
  return { ...only, requests: 0, reads };
}

/** What each signal came to: its times in milliseconds, with its numbers or words. */
const samplesOf = ({ event: { signals = [] } }: Derived): Record<string, unknown[]> =>
  Object.fromEntries(
    signals.map(({ signal, startTime, offsetsNs, values, texts }) => [
      signal,
      offsetsNs.map((offset, i) => [
        Number((BigInt(startTime) - START_NS + BigInt(offset)) / MS),
        texts.length > 0 ? texts[i] : values[i],
      ]),
    ]),
  );

describe('the signals of a chunk', () => {
  it('are the fields that the mapping names: scaled, as words, and only where they are', async () => {
    const messages = every(100, 0, [
      { v: { kmh: [36] }, gear: 3, on: true, ok: 1 },
      { v: { kmh: [72] }, gear: 9, on: false, ok: 0 },
      { v: {}, ok: 1 },
    ]);
    const by = mapping([
      { signal: 'speed_mps', field: 'v.kmh[0]', scale: 1 / 3.6, unit: 'm/s' },
      { signal: 'gear', field: 'gear', words: { '3': 'D' } },
      { signal: 'brake', field: 'on' },
      { signal: 'sound_speed', field: 'v.kmh[0]', where: { field: 'ok', is: [1] }, offset: 1 },
      { signal: 'never', field: 'v.nothing' },
    ]);
    const found = await derived([STATE], messages, by);
    expect(samplesOf(found)).toEqual({
      speed_mps: [
        [0, 10],
        [100, 20],
      ],
      gear: [[0, 'D']],
      brake: [
        [0, 1],
        [100, 0],
      ],
      sound_speed: [[0, 37]],
    });
    expect(found.event.derivation).toMatchObject({ deriver: 'signals', messages: 3, undecoded: 0, faults: [] });
  });

  it('are thinned to their rates, in order of time, and what is thinned away is not decoded', async () => {
    const messages = every(
      10,
      0,
      Array.from({ length: 100 }, (_, i) => ({ x: i })),
    );
    const by = mapping([
      { signal: 'slow', field: 'x', rateHz: 2 },
      { signal: 'usual', field: 'x' },
    ]);
    const found = await derived([STATE], messages.toReversed(), by);
    const samples = samplesOf(found);
    expect(samples['slow']).toEqual([
      [490, 49],
      [990, 99],
    ]);
    expect(samples['usual']?.length).toBe(10);
    expect(found.event.derivation.messages).toBe(10);
  });

  it('say what could not be decoded, and keep the rest', async () => {
    const broken = every(100, 0, [{ x: 1 }, Buffer.from('{"x":'), Buffer.from('[1]'), { x: 4 }]);
    const found = await derived([STATE], broken, mapping([{ signal: 'x', field: 'x' }]));
    expect(samplesOf(found)).toEqual({
      x: [
        [0, 1],
        [300, 4],
      ],
    });
    expect(found.event.derivation).toMatchObject({ messages: 2, undecoded: 2 });
    expect(found.event.derivation.faults.join()).toMatch(/\/state: a message is not what "own.State" says/);
  });

  it('say of a schema that cannot be used why, and read nothing of its messages', async () => {
    const hostile: GivenChannel = {
      topic: '/state',
      messageEncoding: 'cdr',
      schema: { name: 'p/Root', encoding: 'ros2msg', data: Buffer.from('p/Nobody x') },
    };
    const found = await derived([hostile], every(100, 0, [{}]), mapping([{ signal: 'x', field: 'x' }]));
    expect(found.event.derivation).toMatchObject({ messages: 0, object: null });
    expect(found.event.derivation.faults).toEqual([
      expect.stringMatching(/^\/state: the schema "p\/Root" cannot be used/),
    ]);
    expect([found.reads, found.objects]).toEqual([0, []]);
  });

  it('cost no inner chunk that holds none of their topics', async () => {
    const thick = every(
      10,
      1,
      Array.from({ length: 50 }, () => ({ pixels: 'x'.repeat(100) })),
    );
    const found = await derived(
      [STATE, THICK],
      [...thick, ...every(100, 0, [{ x: 1 }])],
      mapping([{ signal: 'x', field: 'x' }]),
    );
    expect(found.reads).toBe(1);
    expect(samplesOf(found)).toEqual({ x: [[0, 1]] });
  });

  it('lie as the same bytes of Parquet beside the chunk each time, one row a sample', async () => {
    const messages = every(100, 0, [{ x: 1.5, g: 'P' }, { x: -2 }]);
    const by = mapping([
      { signal: 'x', field: 'x', unit: 'm' },
      { signal: 'g', field: 'g' },
    ]);
    const [one, two] = [await derived([STATE], messages, by), await derived([STATE], messages, by)];
    const [object] = one.objects;
    expect(object?.name).toBe(one.event.derivation.object);
    expect(object?.name).toMatch(
      /^v1\/[0-9a-f]{2}\/default\/car-1\/drive-1\/signals\/1-[0-9a-f]{16}\/[0-9a-f]{64}\.parquet$/,
    );
    expect(object?.bytes).toEqual(two.objects[0]?.bytes);
    const { buffer, byteOffset, byteLength } = object?.bytes ?? new Uint8Array(0);
    const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    expect(await parquetReadObjects({ file })).toEqual([
      { topic: '/state', signal: 'g', time_ns: START_NS, value: null, text: 'P', unit: '' },
      { topic: '/state', signal: 'x', time_ns: START_NS, value: 1.5, text: null, unit: 'm' },
      { topic: '/state', signal: 'x', time_ns: START_NS + 100n * MS, value: -2, text: null, unit: 'm' },
    ]);
  });

  it('come from CAN frames by a DBC, in both ways of writing them', async () => {
    const dbc = `BO_ 416 Brake: 8 ESP\n SG_ Pressure : 0|16@1- (0.1,0) [0|250] "bar" VCU\n SG_ Pedal : 16|1@1+ (1,0) [0|1] "" VCU\n`;
    const frame = (id: number, data: string) => ({ id, extended: false, rtr: false, error: false, data });
    const frames = [
      frame(416, '9CFF010000000000'),
      frame(417, '0100'),
      frame(416, '00'),
      frame(416, '6400000000000000'),
    ];
    const by = mapping(
      [
        { signal: 'brake', field: 'Brake.Pressure' },
        { signal: 'pedal', field: 'Brake.Pedal', words: { '1': 'pressed', '0': 'free' } },
      ],
      '/can/*',
      dbc,
    );
    const can: GivenChannel = {
      topic: '/can/chassis',
      messageEncoding: 'json',
      schema: { name: 'candump.Frame', ...JSON_SCHEMA },
    };
    const found = await derived([can], every(100, 0, frames), by);
    expect(samplesOf(found)).toEqual({
      brake: [
        [0, -10],
        [300, 10],
      ],
      pedal: [
        [0, 'pressed'],
        [300, 'free'],
      ],
    });
    expect(found.event.signals?.[0]?.unit).toBe('bar');
    expect(() => signalsDeriver(mapping([{ signal: 'x', field: 'Brake.Nothing' }], '/can', dbc))).toThrow(
      /no signal Brake.Nothing/,
    );
  });

  it('of well known schemas need no mapping, and turn with the vehicle', async () => {
    const named = (topic: string, name: string): GivenChannel => ({
      ...STATE,
      topic,
      schema: { name, ...JSON_SCHEMA },
    });
    const half = Math.SQRT1_2;
    const odometry = {
      pose: { pose: { orientation: { x: 0, y: 0, z: half, w: half } } },
      twist: { twist: { linear: { x: 3, y: 4, z: 0 }, angular: { z: 0.5 } } },
    };
    const fix = { latitude: 48.1, longitude: 11.5, altitude: 519 };
    const channels = [
      named('/odom', 'nav_msgs/msg/Odometry'),
      named('/fix', 'foxglove.LocationFix'),
      named('/nobody', 'x'),
    ];
    const messages = [...every(100, 0, [odometry]), ...every(100, 1, [fix]), ...every(100, 2, [fix])];
    const samples = samplesOf(await derived(channels, messages, mappingFor('car-1', [])));
    expect(samples['speed_mps']).toEqual([[0, 5]]);
    const [[, heading] = []] = (samples['heading_deg'] ?? []) as number[][];
    // A quarter of a turn from the east is north.
    expect(Math.min(heading ?? 90, 360 - (heading ?? 90))).toBeCloseTo(0, 6);
    expect(samples['latitude']).toEqual([[0, 48.1]]);
    expect(Object.keys(samples).length).toBe(6);
  });
});

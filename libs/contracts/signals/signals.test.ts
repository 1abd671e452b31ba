import { describe, expect, it } from 'vitest';
import { isMapped, mappedTopics, mappingFor, mappingFromText, mappingVersionOf, type SignalMapping } from './index.ts';

const MAPPING = {
  mappingVersion: 1,
  vehicleType: 'shuttle',
  vehicles: ['shuttle-*'],
  topics: [
    {
      topic: '/can/*',
      dbc: 'chassis.dbc',
      signals: [{ signal: 'brake_bar', field: 'Brake.Pressure', rateHz: 20, words: { '0': 'free' } }],
    },
    {
      topic: '/odometry',
      schema: 'nav_msgs/*',
      signals: [
        { signal: 'speed_mps', field: 'twist.linear[0].x', as: 'norm', scale: 2, offset: -1, unit: 'm/s' },
        { signal: 'mode', field: 'mode', where: { field: 'status', is: [1, 'on', true] } },
      ],
    },
  ],
};
const parsed = (value: unknown): SignalMapping =>
  mappingFromText(JSON.stringify(value), 'my.json', (name) => `text of ${name}`);

describe('a mapping', () => {
  it('is read with the DBC files beside it', () => {
    const mapping = parsed(MAPPING);
    expect(mapping).toMatchObject({
      vehicleType: 'shuttle',
      defaults: true,
      topics: [{ dbc: 'text of chassis.dbc' }, {}],
    });
    expect(mapping.topics[1]).toEqual(MAPPING.topics[1]);
  });

  it('is refused with all of its faults together', () => {
    const wrong = {
      mappingVersion: 2,
      vehicleType: '',
      topics: [
        {
          topic: '/x',
          colour: 1,
          dbc: '../../etc/passwd.dbc',
          signals: [{ signal: 'Speed!', field: 'a..b', as: 'sum', rateHz: 0 }],
        },
        { topic: 7, signals: [{ signal: 'x', field: 'x', scale: 'ten', words: {}, where: { field: 'y' } }] },
      ],
    };
    const places = [
      'mappingVersion is 2',
      'vehicleType is ""',
      'topics[0].colour: no such field',
      'topics[0].dbc is "../../etc/passwd.dbc"',
      'topics[0].signals[0].signal is "Speed!"',
      'topics[0].signals[0].field is "a..b"',
      'topics[0].signals[0].as is "sum"',
      'topics[0].signals[0].rateHz is 0',
      'topics[1].topic is 7',
      'topics[1].signals[0].scale is "ten"',
      'topics[1].signals[0].words is {}',
      'topics[1].signals[0].where.is',
    ];
    for (const place of places) expect(() => parsed(wrong)).toThrow(place);
    for (const none of ['[]', 'null', '{', '"x"'])
      expect(() => mappingFromText(none, 'my.json', () => '')).toThrow(/my.json is no mapping/);
  });

  it('is that of the vehicle, else the one for all, else what is well known', () => {
    const all = parsed({ ...MAPPING, vehicleType: 'any', vehicles: [] });
    const own = parsed(MAPPING);
    expect(mappingFor('shuttle-7', [all, own]).vehicleType).toBe('shuttle');
    expect(mappingFor('truck-1', [own, all]).vehicleType).toBe('any');
    expect(mappingFor('truck-1', [own])).toMatchObject({ vehicleType: '', topics: [], defaults: true });
  });

  it('goes before what is well known, unless it leaves that away, and any change of it is another version', () => {
    const own = parsed(MAPPING);
    const alone = parsed({ ...MAPPING, defaults: false });
    const first = (mapping: SignalMapping, topic: string, schemaName: string) =>
      mappedTopics(mapping).find((mapped) => isMapped(mapped, { topic, schemaName }));
    expect(first(own, '/odometry', 'nav_msgs/msg/Odometry')).toBe(own.topics[1]);
    expect(first(own, '/imu', 'sensor_msgs/msg/Imu')?.signals[0]?.signal).toBe('acceleration_mps2');
    expect(first(alone, '/imu', 'sensor_msgs/msg/Imu')).toBeUndefined();
    const versions = new Set(
      [own, alone, parsed({ ...MAPPING, topics: [] }), mappingFor('x', [])].map(mappingVersionOf),
    );
    // Without topics of its own it is what is well known.
    expect(versions.size).toBe(3);
    expect(mappingVersionOf(parsed({ ...MAPPING, vehicleType: 'other' }))).toBe(mappingVersionOf(own));
  });
});

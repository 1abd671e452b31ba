import type { MergedChannel } from '@pitlane/stages/90-serve';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as protocol from './protocol.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** As foxglove-sdk lays out a request: opcode, command, speed, whether it seeks, where to, length of the id, id. */
function request(command: number, speed: number, seekNs: bigint | undefined, id: string): Buffer {
  const head = Buffer.alloc(19);
  head.writeUInt8(3, 0);
  head.writeUInt8(command, 1);
  head.writeFloatLE(speed, 2);
  head.writeUInt8(seekNs === undefined ? 0 : 1, 6);
  head.writeBigUInt64LE(seekNs ?? 0n, 7);
  head.writeUInt32LE(Buffer.byteLength(id), 15);
  return Buffer.concat([head, Buffer.from(id)]);
}

describe('the Foxglove WebSocket protocol', () => {
  it('frames message data, time and playback state byte by byte', () => {
    expect(hex(protocol.messageData(0x01020304, 0x1122334455667788n, Buffer.from('ab')))).toBe(
      '010403020188776655443322116162',
    );
    expect(hex(protocol.time(5n))).toBe('020500000000000000');
    const state = { status: protocol.PlaybackStatus.paused, currentTimeNs: 12345n, speed: 1, requestId: 'id' };
    expect(hex(protocol.playbackState(state))).toBe('050139300000000000000000803f020000006964');
  });

  it('names its range to the nanosecond, and none without one', () => {
    const info = protocol.serverInfo('pitlane', 's', { startNs: 1767225600000000001n, endNs: 1767225600000000002n });
    expect(info).toContain('"dataStartTime":1767225600000000001,"dataEndTime":1767225600000000002}');
    expect(JSON.parse(info)).toMatchObject({ op: 'serverInfo', capabilities: ['time', 'playbackControl'] });
    expect(JSON.parse(protocol.serverInfo('pitlane', 's', undefined))).toMatchObject({ capabilities: ['time'] });
  });

  it('gives schemas that are bytes as base64, and others as text', () => {
    const channel = (schemaEncoding: string | null, data: Uint8Array): MergedChannel => ({
      index: 3,
      topic: '/a',
      messageEncoding: 'x',
      metadata: {},
      schemaName: schemaEncoding === null ? null : 'A',
      schemaEncoding,
      schemaSha256: null,
      twin: 0,
      schema: schemaEncoding === null ? undefined : { name: 'A', encoding: schemaEncoding, data, sha256: '' as never },
    });
    const bytes = Buffer.from([1, 2, 255]);
    const told = protocol.advertise([
      channel('protobuf', bytes),
      channel('ros1msg', Buffer.from('int8 a')),
      channel(null, bytes),
    ]);
    expect(JSON.parse(told)).toEqual({
      op: 'advertise',
      channels: [
        { id: 3, topic: '/a', encoding: 'x', schemaName: 'A', schema: 'AQL/', schemaEncoding: 'protobuf' },
        { id: 3, topic: '/a', encoding: 'x', schemaName: 'A', schema: 'int8 a', schemaEncoding: 'ros1msg' },
        { id: 3, topic: '/a', encoding: 'x', schemaName: '', schema: '' },
      ],
    });
  });

  it('understands requests of playback', () => {
    expect(protocol.clientMessageFrom(request(0, 2, 77n, 'r-1'), true)).toEqual({
      type: 'playback',
      play: true,
      speed: 2,
      seekNs: 77n,
      requestId: 'r-1',
    });
    expect(protocol.clientMessageFrom(request(1, 0.5, undefined, ''), true)).toMatchObject({
      play: false,
      seekNs: undefined,
    });
  });

  it('answers whatever a client says with a message or a fault, and never throws anything else', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => [Buffer.from(bytes), true] as const),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => [Buffer.concat([Buffer.from([3]), bytes]), true] as const),
      fc.json().map((text) => [Buffer.from(text), false] as const),
      fc
        .record({
          op: fc.constantFrom('subscribe', 'unsubscribe', 'x'),
          subscriptions: fc.anything(),
          subscriptionIds: fc.anything(),
        })
        .map(
          (said) =>
            [
              Buffer.from(JSON.stringify(said, (_, value: unknown) => (typeof value === 'bigint' ? '' : value))),
              false,
            ] as const,
        ),
    );
    fc.assert(
      fc.property(hostile, ([data, isBinary]) => {
        try {
          expect(protocol.clientMessageFrom(data, isBinary)).toHaveProperty('type');
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-usage' });
        }
      }),
    );
  });
});

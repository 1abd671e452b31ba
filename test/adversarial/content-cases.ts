/** Names, schemas, channels and attachments that would harm whoever believes them. */
import type { HostileCase } from './cases.ts';
import {
  attachment,
  channel,
  chunk,
  file,
  join,
  message,
  metadata,
  prefixed,
  record,
  schema,
  text,
  u16,
  u32,
  u64,
} from './mcap-bytes.ts';

const three = (channelId = 1): Uint8Array => join(...[0, 1, 2].map((i) => message(channelId, i, BigInt(i))));
const topic = (name: string, bytes: string | Uint8Array, note?: RegExp): HostileCase => ({
  name: `a topic ${name}`,
  bytes: () => file([chunk({ body: join(channel(1, bytes), three()) })]),
  expect: { messages: 3, channels: 1, losses: [], ...(note ? { note } : {}) },
});
const attached = (name: string, fileName: string): HostileCase => ({
  name: `an attachment named ${name}`,
  bytes: () => file([attachment(fileName, new Uint8Array(10)), channel(1), three()]),
  expect: { messages: 3, attachments: 1, losses: [] },
});

export const contentCases: readonly HostileCase[] = [
  attached('../../etc/passwd', '../../etc/passwd'),
  attached('/etc/passwd', '/etc/passwd'),
  attached('with a NUL byte', 'a\0b'),
  attached('nothing', ''),
  {
    name: 'an attachment that is an MCAP file',
    bytes: () => file([channel(1), attachment('inner.mcap', file([channel(1), three()])), three()]),
    expect: { messages: 3, attachments: 1, losses: [] },
  },
  {
    name: 'an attachment whose CRC is wrong',
    bytes: () => file([attachment('a', new Uint8Array(10), 1), channel(1), three()]),
    expect: { messages: 3, attachments: 0, losses: ['corrupt-record'] },
  },
  {
    name: 'an attachment cut off inside the MCAP file that it holds',
    bytes: () => {
      const inner = file([chunk({ body: join(channel(1), three()) }), chunk({ body: join(channel(1), three()) })]);
      const whole = file([channel(1), three(), attachment('inner.mcap', join(inner, new Uint8Array(500)))]);
      return whole.subarray(0, whole.byteLength - 400);
    },
    expect: { messages: 3, attachments: 0, losses: ['truncated'] },
  },
  {
    name: 'a message that holds an MCAP file',
    bytes: () => file([channel(1), message(1, 0, 0n, file([channel(1), three()])), three()]),
    expect: { messages: 4, losses: [] },
  },
  topic('that is no UTF-8', Uint8Array.of(0x2f, 0xff, 0xfe, 0xc0, 0x80), /UTF-8/),
  topic('of 64 KB with line breaks, commas and quotes', `/\n,'"\r\0;--`.repeat(6_500)),
  topic('that is empty', ''),
  topic('that reads as a formula', '=HYPERLINK("x")'),
  topic('that climbs', '/../../../root'),
  topic('that writes from right to left', '/\u202Egnp.exe'),
  {
    name: 'a million channels',
    bytes: () =>
      file([...Array.from({ length: 1_000_000 }, (_, i) => channel(i % 65_536, `/${i}`)), message(1, 0, 0n)]),
    expect: { opaque: true },
  },
  {
    name: '65,536 channels, each with a message',
    bytes: () => file(Array.from({ length: 65_536 }, (_, i) => join(channel(i), message(i, 0, 0n)))),
    expect: { messages: 65_536, channels: 65_536, losses: [] },
  },
  {
    name: 'one channel id with two meanings',
    bytes: () => file([schema(1, 'A'), schema(2, 'B'), channel(1, '/x', 1), three(), channel(1, '/x', 2), three()]),
    expect: { messages: 6, channels: 2, losses: [], note: /defined again/ },
  },
  {
    name: 'one schema id with two meanings',
    bytes: () => file([schema(1, 'A'), channel(1, '/x', 1), three(), schema(1, 'B'), channel(1, '/x', 1), three()]),
    expect: { messages: 6, channels: 2, losses: [], note: /defined again/ },
  },
  {
    name: 'a channel whose schema does not exist',
    bytes: () => file([channel(1, '/x', 77), three()]),
    expect: { messages: 3, channels: 1, losses: [], note: /schema 77/ },
  },
  {
    name: 'messages of a channel that nobody declares',
    bytes: () => file([channel(1), three(1), three(2), three(1)]),
    expect: { messages: 6, losses: ['unknown-channel'] },
  },
  {
    name: 'messages of an unknown channel inside a chunk',
    bytes: () => file([chunk({ body: join(channel(1), three(1), three(9), three(1)) })]),
    expect: { messages: 6, losses: ['unknown-channel'] },
  },
  {
    name: 'a channel that only the summary declares',
    bytes: () => file([three(1)], [channel(1)]),
    expect: { messages: 3, channels: 1, losses: [], note: /summary/ },
  },
  {
    name: 'a schema of 100 MB',
    bytes: () => file([schema(1, 'S', new Uint8Array(100_000_000)), channel(1, '/x', 1), three()]),
    expect: { messages: 3, channels: 1, losses: ['corrupt-record'] },
  },
  {
    name: 'a schema with id 0',
    bytes: () => file([schema(0), channel(1), three()]),
    expect: { messages: 3, losses: ['corrupt-record'] },
  },
  {
    name: 'a schema that refers to itself without end',
    bytes: () => file([schema(1, 'A', new Uint8Array(Buffer.from('{"$ref":"#"}'))), channel(1, '/x', 1), three()]),
    expect: { messages: 3, losses: [] },
  },
  {
    name: 'a channel whose metadata is longer than its record',
    bytes: () => {
      const bad = record(0x04, u16(2), u16(0), text('/bad'), text('json'), u32(4_000_000_000));
      return file([channel(1), bad, three()]);
    },
    expect: { messages: 3, channels: 1, losses: ['corrupt-record'] },
  },
  {
    name: 'metadata that names a key twice',
    bytes: () =>
      file([
        metadata('m', [
          ['k', '1'],
          ['k', '2'],
        ]),
        channel(1),
        three(),
      ]),
    expect: { messages: 3, losses: ['corrupt-record'] },
  },
  {
    name: 'a string of 4 GB in a record of 50 bytes',
    bytes: () => file([record(0x0c, u32(4_294_967_295), new Uint8Array(46)), channel(1), three()]),
    expect: { messages: 3, losses: ['corrupt-record'] },
  },
  {
    name: 'a message of 300 MB',
    bytes: () => file([channel(1), message(1, 0, 0n, new Uint8Array(300_000_000)), three()]),
    expect: { opaque: true },
  },
  {
    name: 'an attachment of 300 MB',
    bytes: () => file([channel(1), attachment('big', new Uint8Array(300_000_000), 0), three()]),
    expect: { opaque: true },
  },
  {
    name: 'a metadata map that goes on inside its last value',
    bytes: () => file([record(0x0c, text('m'), prefixed(join(text('k'), u32(100)))), u64Message()]),
    expect: { messages: 3, losses: ['corrupt-record'] },
  },
];

function u64Message(): Uint8Array {
  return join(channel(1), ...[0, 1, 2].map((i) => record(0x05, u16(1), u32(i), u64(i), u64(i))));
}

/**
 * One reader, one recording, in a process of its own, so that every reader starts cold: `read-recording.ts READER
 * FILE TIMES` prints how long a reading took, and what it saw, so that nobody wins by reading less.
 */
import { open } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { type IReadable, McapIndexedReader, McapStreamReader } from '@mcap/core';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { confirmedFormatOf } from '@pitlane/formats/all';
import { type ByteSource, DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { decompress } from 'zstd-napi';

const BLOCK_BYTES = 1024 * 1024;
const HEAD_BYTES = 4096;
const handlers = { zstd: (bytes: Uint8Array): Uint8Array => decompress(bytes) };

interface Seen {
  messages: number;
  payloadBytes: number;
}

const READERS: Readonly<Record<string, (source: ByteSource) => Promise<Seen>>> = {
  pitlane: readOurs,
  'mcap-core-stream': readStream,
  'mcap-core-indexed': readIndexed,
};

const [, , reader = '', path = '', times = '1'] = process.argv;
const read = READERS[reader];
if (!read) throw new RangeError(`no reader ${reader}: there are ${Object.keys(READERS).join(', ')}`);
const file = await open(path);
const { size } = await file.stat();
const source: ByteSource = {
  name: path,
  sizeBytes: size,
  read: async (offset, into) => (await file.read(into, 0, into.byteLength, offset)).bytesRead,
};
const decompressors = await loadDecompressors();
const startedAt = performance.now();
let seen = await read(source);
for (let time = 1; time < Number(times); time += 1) seen = await read(source);
const ms = (performance.now() - startedAt) / Number(times);
process.stdout.write(`${JSON.stringify({ ms, bytes: size, ...seen })}\n`);
await file.close();

async function readOurs(input: ByteSource): Promise<Seen> {
  const head = new Uint8Array(HEAD_BYTES);
  await input.read(0, head);
  const format = await confirmedFormatOf(head, input, { decompressors, limits: DEFAULT_READ_LIMITS });
  if (!format) throw new Error(`${input.name} is of no format that is read`);
  const counted: Seen = { messages: 0, payloadBytes: 0 };
  const tools = { decompressors, limits: DEFAULT_READ_LIMITS };
  for await (const events of format.read(input, tools)) {
    for (const event of events) if (event.kind === 'message') count(counted, event.message.data);
  }
  return counted;
}

async function readStream(input: ByteSource): Promise<Seen> {
  const counted: Seen = { messages: 0, payloadBytes: 0 };
  const stream = new McapStreamReader({ decompressHandlers: handlers });
  for (let offset = 0; offset < input.sizeBytes; ) {
    const block = new Uint8Array(BLOCK_BYTES);
    const got = await input.read(offset, block);
    offset += got;
    stream.append(block.subarray(0, got));
    for (let record = stream.nextRecord(); record; record = stream.nextRecord()) {
      if (record.type === 'Message') count(counted, record.data);
    }
  }
  return counted;
}

async function readIndexed(input: ByteSource): Promise<Seen> {
  const readable: IReadable = {
    size: async () => BigInt(input.sizeBytes),
    read: async (offset, length) => {
      const into = new Uint8Array(Number(length));
      await input.read(Number(offset), into);
      return into;
    },
  };
  const counted: Seen = { messages: 0, payloadBytes: 0 };
  const indexed = await McapIndexedReader.Initialize({ readable, decompressHandlers: handlers });
  for await (const message of indexed.readMessages()) count(counted, message.data);
  return counted;
}

function count(counted: Seen, data: Uint8Array): void {
  counted.messages += 1;
  counted.payloadBytes += data.byteLength;
}

/** Small bags, each in a folder with what must come of it: adding a folder adds a test. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { readRecording } from '../../../test/support/read-recording.ts';
import { type ByteSource, DEFAULT_READ_LIMITS, type RecordingFormat } from '../recording/index.ts';
import { memoryScratch } from '../zstd-file/index.ts';
import { ENDINGS_BESIDE, openRecording } from './index.ts';

const SCRATCH_BYTES_MAX = 1024 * 1024;

interface Expected {
  readonly format: string;
  readonly endings: readonly string[];
  /** Topic, log time, and the beginning of the SHA-256 of the data. */
  readonly messages: readonly string[];
  /** Reasons, those of the content before those of its reader. */
  readonly losses: readonly string[];
}

const root = new URL('./conformance/', import.meta.url);

async function read(folder: URL): Promise<Expected> {
  const names = readdirSync(folder).filter((name) => name !== 'expected.json');
  const [name = ''] = names.sort();
  const source = (file: string): ByteSource => memorySource(new Uint8Array(readFileSync(new URL(file, folder))), file);
  const beside = new Map(
    ENDINGS_BESIDE.filter((ending) => names.includes(name + ending)).map((ending) => [ending, source(name + ending)]),
  );
  const scratch = () => Promise.resolve(memoryScratch(name, SCRATCH_BYTES_MAX));
  const tools = { decompressors: await testDecompressors(), scratch, limits: DEFAULT_READ_LIMITS };
  const { format, content, endings } = await openRecording(source(name), beside, tools);
  const back = await readRecording(format as RecordingFormat, content.source);
  return {
    format: format?.name ?? 'opaque',
    endings,
    messages: back.messages.map(({ channel, logTimeNs, data }) => {
      return `${channel.topic} ${logTimeNs} ${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
    }),
    losses: [...content.losses, ...back.losses].map(({ reason }) => reason),
  };
}

describe('small bags', () => {
  it.each(readdirSync(root))('%s gives what stands beside it', async (name) => {
    const folder = new URL(`${name}/`, root);
    const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected;
    expect(await read(folder)).toEqual(expected);
  });
});

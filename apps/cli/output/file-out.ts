/** Bytes that come from the node, into a file that has its name when it is whole, or to standard output. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** @param out absolute; never over another file. @returns how many bytes it has. */
export async function toNewFile(out: string, parts: AsyncIterable<Uint8Array>): Promise<number> {
  const growing = `${out}.${process.pid}.part`;
  const file = createWriteStream(growing, { flags: 'wx' });
  try {
    await once(file, 'open').catch((cause: unknown) => {
      throw new PitlaneError('not-found', `${out} cannot be written: ${messageOf(cause)}`, { cause });
    });
    await pipeline(parts, file);
    await link(growing, out).catch((cause: unknown) => {
      throw new PitlaneError('already-exists', `${out} is there already: give another name`, { cause });
    });
    return file.bytesWritten;
  } finally {
    file.destroy();
    await rm(growing, { force: true });
  }
}

/** As fast as they are taken there. A reader that has seen enough, as `head`, is no fault. */
export async function toStandardOutput(parts: AsyncIterable<Uint8Array>, what: string): Promise<void> {
  await pipeline(Readable.from(parts), process.stdout, { end: false }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EPIPE') return;
    throw new PitlaneError('unavailable', `${what} ended early, what came is a part: run it again`, { cause });
  });
}

export async function* partsOf({ body }: Response): AsyncGenerator<Uint8Array> {
  for await (const part of body ?? []) yield part as Uint8Array;
}

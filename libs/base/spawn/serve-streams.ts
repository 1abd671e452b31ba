/** The child's side of a stream: one job after another comes over IPC, its bytes leave through a pipe, no faster than read. */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { plainError } from '../errors/index.ts';
import { FRAME_BYTES_MAX, frameHead, FrameKind } from './pipe-frames.ts';

const PIPE = 4;

/** @param write takes bytes that may change afterwards; waits while the reader is slow. Resolves with the result. */
export type StreamJob<Job> = (job: Job, write: (parts: readonly Uint8Array[]) => Promise<void>) => Promise<object>;

/** Serves until the parent lets go of this process. */
export function serveStreams<Job>(run: StreamJob<Job>): void {
  const pipe = new Socket({ fd: PIPE, readable: false, writable: true });
  pipe.on('error', () => process.exit(0)); // the parent has gone
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides what it means.
  process.on('SIGINT', () => {});
  const send = async (kind: number, content: Uint8Array): Promise<void> => {
    pipe.write(frameHead(kind, content.byteLength));
    if (!pipe.write(content)) await once(pipe, 'drain');
  };
  const write = async (parts: readonly Uint8Array[]): Promise<void> => {
    for (const part of parts) {
      for (let at = 0; at < part.byteLength; at += FRAME_BYTES_MAX) {
        // A copy: the buffer goes back to its owner while the pipe still holds it.
        await send(FrameKind.data, part.slice(at, at + FRAME_BYTES_MAX));
      }
    }
  };
  const lastWord = (kind: number, word: object): Promise<void> => send(kind, Buffer.from(JSON.stringify(word)));
  process.on('message', (job) => {
    run(job as Job, write).then(
      (result) => lastWord(FrameKind.result, result),
      (error: unknown) => lastWord(FrameKind.failed, plainError(error)),
    );
  });
}

/** Sends one file by tus, from where it stands there: it waits for a garage that is away, and stops when told to. */
import { createReadStream } from 'node:fs';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { DetailedError, Upload } from 'tus-js-client';
import { errorFromAnswer } from '../node/node-client.ts';
import type { FileToPush } from './files-to-push.ts';
import type { RemoteGarage } from './remote-garage.ts';

export interface FileToSend extends FileToPush {
  readonly metadata: Readonly<Record<string, string>>;
  /** Of an upload that was begun before. */
  readonly resumeAt: string | undefined;
}

/** About five minutes altogether; they begin anew with each byte that arrives. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 120_000];
/** A node that was started again has a new token, and its home a moment later. */
const REFUSED_RETRIES = 3;
const UPLOADS = '/v1/garage/uploads';

/** @returns the id of the upload. Throws what the garage answered, `unavailable` or `interrupted`. */
export function sendFile(
  file: FileToSend,
  garage: RemoteGarage,
  onProgress: (bytesSent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const content = createReadStream(file.path) as unknown as Buffer; // the library reopens it at any offset
    const upload = new Upload(content, {
      endpoint: garage.address(UPLOADS),
      uploadUrl: file.resumeAt === undefined ? null : garage.address(file.resumeAt),
      uploadSize: file.bytes,
      metadata: { ...file.metadata },
      retryDelays: RETRY_DELAYS_MS,
      // The garage knows what was begun: nothing is noted here.
      storeFingerprintForResuming: false,
      async onBeforeRequest(request) {
        const token = await garage.token();
        if (token !== undefined) request.setHeader('authorization', `Bearer ${token}`);
      },
      onShouldRetry: (error, attempt) => !signal.aborted && mayRetry(error, attempt),
      onProgress: (sent) => onProgress(sent),
      onError: (error) => settle(() => reject(errorFrom(error, garage))),
      onSuccess: () => settle(() => resolve((upload.url ?? '').split('/').at(-1) ?? '')),
    });
    const onAbort = (): void => {
      void upload.abort().catch(() => {});
      settle(() => reject(new PitlaneError('interrupted', `stopped: what arrived is kept, push it again to go on`)));
    };
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      end();
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else upload.start();
  });
}

function mayRetry({ originalResponse }: DetailedError, attempt: number): boolean {
  if (!originalResponse) return true;
  const status = originalResponse.getStatus();
  if (status === 403) return attempt < REFUSED_RETRIES;
  if (status === 507) return false; // somebody has to make room
  // Of conflicts, that of offsets alone goes away by looking again; ours are problem documents.
  if (status === 409) return !originalResponse.getBody().startsWith('{');
  return status >= 500 || status === 423;
}

function errorFrom(error: Error, garage: RemoteGarage): PitlaneError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (response) return errorFromAnswer(response.getBody(), response.getStatus());
  const cause = error instanceof DetailedError ? (error.causingError ?? error) : error;
  const text = `the garage at ${garage.address('/')} does not answer (${messageOf(cause)}): push it again to go on`;
  return new PitlaneError('unavailable', text, { retryable: true, cause });
}

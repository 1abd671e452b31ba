/**
 * Pushes the files of one path to a garage. What is there already is not sent again, what was begun goes on where it was,
 * and the last file says that the drive is complete. One file's trouble does not hold up the others.
 */
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import type { FileToPush } from './files-to-push.ts';
import { sha256OfFile } from './files-to-push.ts';
import type { KnownUpload, RemoteGarage } from './remote-garage.ts';
import { sendFile } from './send-file.ts';

export interface PushAsked {
  readonly files: readonly FileToPush[];
  readonly vehicleId: string;
  readonly drive: string;
}

export interface PushedFile {
  readonly filename: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly uploadId: string;
  /** It was there before: nothing was sent. */
  readonly known: boolean;
}

export interface Pushed {
  readonly uploads: readonly PushedFile[];
  readonly failures: readonly { readonly filename: string; readonly code: string; readonly message: string }[];
}

export type OnPushed = (filename: string, bytesSent: number) => void;

/** One is sent while the one before is being checked. */
const FILES_AT_ONCE = 2;

export async function pushFiles(
  asked: PushAsked,
  garage: RemoteGarage,
  onProgress: OnPushed,
  signal: AbortSignal,
): Promise<Pushed> {
  const { vehicleId, drive, files } = asked;
  const before = await garage.uploadsOf(vehicleId, drive);
  const uploads: PushedFile[] = [];
  const failures: Pushed['failures'][number][] = [];
  const push = async (file: FileToPush, complete: boolean): Promise<void> => {
    try {
      uploads.push(await pushOne({ ...asked, file, before, complete }, garage, onProgress, signal));
    } catch (error) {
      const told = signal.aborted && !isPitlaneError(error) ? interrupted() : error;
      const code = isPitlaneError(told) ? told.code : 'internal';
      failures.push({ filename: file.filename, code, message: messageOf(told) });
    }
  };
  // The last is sent when all others are there: it is what says so.
  for await (const _ of mapOrdered(files.slice(0, -1), FILES_AT_ONCE, (file) => push(file, false)));
  const last = files.at(-1);
  if (last) await push(last, failures.length === 0);
  return { uploads, failures };
}

interface PushOne extends PushAsked {
  readonly file: FileToPush;
  readonly before: readonly KnownUpload[];
  readonly complete: boolean;
}

async function pushOne(
  { file, before, complete, vehicleId, drive }: PushOne,
  garage: RemoteGarage,
  onProgress: OnPushed,
  signal: AbortSignal,
): Promise<PushedFile> {
  if (signal.aborted) throw interrupted();
  const { filename, bytes } = file;
  const sha256 = await sha256OfFile(file.path, signal);
  const same = before.filter(
    (one) => one.filename === filename && one.bytes === bytes && one.sha256 === sha256 && one.state !== 'refused',
  );
  const there = same.find(({ state }) => state !== 'receiving');
  const pushed = (uploadId: string, known: boolean): PushedFile => ({ filename, bytes, sha256, uploadId, known });
  if (there) {
    onProgress(filename, bytes);
    return pushed((await endedWell(there.id, garage)).id, true);
  }
  const metadata = { filename, vehicle: vehicleId, drive, sha256, ...(complete && { complete: 'true' }) };
  const resumeAt = same.at(-1)?.url;
  const send = { ...file, metadata, resumeAt };
  const uploadId = await sendFile(send, garage, (sent) => onProgress(filename, sent), signal);
  return pushed((await endedWell(uploadId, garage)).id, false);
}

async function endedWell(id: string, garage: RemoteGarage): Promise<KnownUpload> {
  const upload = await garage.ended(id);
  if (upload.state === 'done') return upload;
  throw new PitlaneError('checksum-mismatch', upload.text);
}

const interrupted = (): PitlaneError =>
  new PitlaneError('interrupted', 'stopped: what arrived is kept, push it again to go on');

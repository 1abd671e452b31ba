/** What lies at a path, as it is pushed: regular files by their paths below it, and a name for them together. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { nameFromText, parseVehicleId, sha256Of } from '@pitlane/contracts/identity';

export interface FileToPush {
  readonly path: string;
  /** Below the pushed folder. */
  readonly filename: string;
  readonly bytes: number;
}

export interface FoundFiles {
  readonly files: readonly FileToPush[];
  /** Links and devices. */
  readonly skipped: readonly string[];
}

const FILES_MAX = 10_000;
const SIDECAR = 'pitlane.drive.json';
const SIDECAR_MAX_BYTES = 1024 * 1024;
const HASH_BLOCK_BYTES = 1024 * 1024;

/** @param path absolute. Throws `not-found`, `limit-exceeded`. */
export async function filesToPush(path: string): Promise<FoundFiles> {
  const info = await lstat(path).catch((cause: unknown) => {
    throw new PitlaneError('not-found', `there is no ${path}: check the path, and that the disk is mounted`, { cause });
  });
  if (info.isFile()) return { files: [{ path, filename: basename(path), bytes: info.size }], skipped: [] };
  const found = { files: [] as FileToPush[], skipped: [] as string[] };
  if (info.isDirectory()) await walk(path, '', found);
  if (found.files.length > 0) return found;
  throw new PitlaneError('not-found', `${path} holds no file to push`);
}

async function walk(root: string, below: string, found: { files: FileToPush[]; skipped: string[] }): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const filename = below === '' ? entry.name : `${below}/${entry.name}`;
    const path = join(root, filename);
    if (entry.isDirectory()) await walk(root, filename, found);
    else if (entry.isFile()) found.files.push({ path, filename, bytes: (await lstat(path)).size });
    else found.skipped.push(filename);
    if (found.files.length > FILES_MAX) {
      throw new PitlaneError('limit-exceeded', `more than ${FILES_MAX} files lie below ${root}: push its parts`);
    }
  }
}

/** The same for the same files, so that the command run again goes on with them. */
export function driveNameOf(path: string, files: readonly FileToPush[]): string {
  const listing = files.map(({ filename, bytes }) => JSON.stringify([filename, bytes])).join('\n');
  return `${nameFromText(basename(path)).slice(0, 100)}-${sha256Of(listing).slice(0, 8)}`;
}

/** As the folder's own sidecar names it. Throws `bad-usage` where nobody does. */
export async function vehicleOf(files: readonly FileToPush[], named: string | undefined): Promise<string> {
  if (named !== undefined) return parseVehicleId(named);
  const sidecar = files.find(({ filename, bytes }) => filename === SIDECAR && bytes <= SIDECAR_MAX_BYTES);
  const told = sidecar && vehicleIn(await readFile(sidecar.path, 'utf8'));
  if (told !== undefined) return parseVehicleId(told);
  throw new PitlaneError('bad-usage', `whose is it? Name the car with --vehicle, or in a ${SIDECAR}`);
}

function vehicleIn(json: string): string | undefined {
  try {
    const { vehicleId } = JSON.parse(json) as { readonly vehicleId?: unknown };
    return typeof vehicleId === 'string' ? vehicleId : undefined;
  } catch {
    return undefined; // the garage says what is wrong with it
  }
}

/** What its bytes come to now; the garage compares. */
export async function sha256OfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: HASH_BLOCK_BYTES, signal })) {
    hash.update(block as Buffer);
  }
  return hash.digest('hex');
}

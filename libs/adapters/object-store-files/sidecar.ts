/** What the store wrote down about an object when it took it: one small JSON file, which a person can read too. */
import { openPlain } from './content.ts';
import { codeOf } from './system-errors.ts';

const SIDECAR_MAX_BYTES = 64 * 1024;

export interface Sidecar {
  readonly generation: string;
  readonly bytes: number;
  readonly crc32c: string;
  /** The data file's modification time: another one means that somebody else wrote the file. */
  readonly modifiedNs: string;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export function bytesFromSidecar(sidecar: Sidecar): Uint8Array {
  return Buffer.from(`${JSON.stringify(sidecar)}\n`);
}

/** The sidecar at `path`; undefined if there is none or it is not one of ours. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    const handle = await openPlain(path);
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      if (size > SIDECAR_MAX_BYTES) return undefined;
      const buffer = Buffer.allocUnsafe(size);
      const { bytesRead } = await handle.read(buffer, 0, size, 0);
      return sidecarFromText(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function sidecarFromText(text: string): Sidecar | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // torn or foreign: the data speaks for itself
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { generation, bytes, crc32c, modifiedNs, metadata } = value as Record<string, unknown>;
  const sound =
    typeof generation === 'string' &&
    /^\d{1,32}$/.test(generation) &&
    Number.isSafeInteger(bytes) &&
    typeof crc32c === 'string' &&
    /^[0-9a-f]{8}$/.test(crc32c) &&
    typeof modifiedNs === 'string' &&
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((entry) => typeof entry === 'string');
  return sound ? (value as Sidecar) : undefined;
}

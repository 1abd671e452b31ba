/** A manifest as a stream of lines from the store, with its hash checked at the end. */
import { createHash } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import { canonicalJson } from '@pitlane/contracts/identity';
import { MANIFEST_VERSION, type ManifestLine, manifestLineFromText } from '@pitlane/contracts/manifest';
import type { ObjectStore } from '@pitlane/ports/object-store';

const READ_BYTES = 1024 * 1024;
/** A line is a chunk with its channels; longer than this is no manifest of ours. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

const COUNTED_AS = {
  recording: 'recordings',
  channel: 'channels',
  chunk: 'chunks',
  loss: 'losses',
  finding: 'findings',
} as const;
/** From this version on the last line counts findings. */
const FINDINGS_SINCE = 2;

export interface ReadManifest {
  readonly object: string;
  readonly sha256: string;
}

/** Yields every line; throws `checksum-mismatch` at the end unless the bytes are those that were announced. */
export async function* readManifest(
  store: ObjectStore,
  { object, sha256 }: ReadManifest,
): AsyncGenerator<ManifestLine> {
  const info = await store.stat(object);
  if (!info) throw new PitlaneError('not-found', `the manifest ${object} is not in the store`, { retryable: true });
  const hash = createHash('sha256');
  let rest = Buffer.alloc(0);
  const counts = { recordings: 0, channels: 0, chunks: 0, losses: 0, findings: 0 };
  let version = MANIFEST_VERSION;
  let end: ManifestLine | undefined;
  for (let start = 0; start < info.bytes; start += READ_BYTES) {
    const block = await store.read(object, { start, end: Math.min(start + READ_BYTES, info.bytes) });
    hash.update(block);
    rest = rest.byteLength === 0 ? Buffer.from(block) : Buffer.concat([rest, block]);
    let from = 0;
    for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10, from)) {
      const line = manifestLineFromText(rest.toString('utf8', from, newline), object);
      if (line.type === 'end') end = line;
      else if (line.type === 'manifest') version = knownVersion(line.version, object);
      else if (line.type !== 'verdict') counts[COUNTED_AS[line.type]] += 1;
      from = newline + 1;
      yield line;
    }
    rest = rest.subarray(from);
    if (rest.byteLength > LINE_BYTES_MAX) throw new PitlaneError('corrupt-input', `${object} has a line without end`);
  }
  if (hash.digest('hex') !== sha256) {
    throw new PitlaneError(
      'checksum-mismatch',
      `${object} is not the manifest that was announced: its SHA-256 differs`,
    );
  }
  if (!end) throw new PitlaneError('corrupt-input', `${object} stops before its last line`);
  const { findings, ...others } = counts;
  const wanted = { type: 'end', ...others, ...(version >= FINDINGS_SINCE && { findings }) };
  if (canonicalJson(end) !== canonicalJson(wanted))
    throw new PitlaneError('corrupt-input', `${object} is not complete: its last line counts other lines`);
}

function knownVersion(version: number, object: string): number {
  if (version <= MANIFEST_VERSION) return version;
  throw new PitlaneError(
    'corrupt-input',
    `${object} is of version ${version}, this Pitlane reads ${MANIFEST_VERSION}: update the program that reads it`,
  );
}

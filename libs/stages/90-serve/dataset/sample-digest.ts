/** What a sample comes to, whoever reads it: a digest over its members' names and bytes, in order of name. */
import { createHash } from 'node:crypto';
import { sha256Of } from '@pitlane/contracts/identity';
import { tarMembers } from './pull/tar-members.ts';

/** By key: SHA-256 over a line `<extension> <SHA-256 of the bytes>` for each member, sorted by extension. */
export function sampleDigests(tar: Uint8Array): Map<string, string> {
  const lines = new Map<string, string[]>();
  for (const { name, offset, length } of tarMembers(tar)) {
    const dot = name.indexOf('.');
    const [key, extension] = [name.slice(0, dot), name.slice(dot + 1)];
    const line = `${extension} ${sha256Of(tar.subarray(offset, offset + length))}\n`;
    lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  return new Map([...lines].map(([key, members]) => [key, digestOf(members)]));
}

const digestOf = (lines: readonly string[]): string =>
  createHash('sha256')
    .update([...lines].sort().join(''))
    .digest('hex');

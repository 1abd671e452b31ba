/** Which object names the store takes. What it refuses is refused here, before a client makes another address of it. */
import { PitlaneError } from '@pitlane/base/errors';

const NAME_MAX_BYTES = 1024;

export function assertName(name: string): void {
  const fault = faultOf(name);
  if (fault === undefined) return;
  throw new PitlaneError('bad-usage', `object name ${JSON.stringify(name)} ${fault}: choose another name`);
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > NAME_MAX_BYTES) return `is longer than ${NAME_MAX_BYTES} bytes`;
  // In an address these two mean the bucket itself.
  if (name === '.' || name === '..') return 'is a way to a folder';
  if (/[\u0000\r\n]/.test(name)) return 'holds a NUL or a line break';
  if (/[\uD800-\uDFFF\uFFFD]/u.test(name)) return 'is not well-formed Unicode';
  if (name.startsWith('.well-known/acme-challenge/')) return 'begins as the store forbids';
  return undefined;
}

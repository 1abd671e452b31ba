/** What the store says about an object, in its JSON, made into the port's words. CRCs are base64 there and hex here. */
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo } from '@pitlane/ports/object-store';

export interface GcsResource {
  readonly name?: string;
  readonly generation?: string | number;
  readonly size?: string | number;
  readonly crc32c?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function infoFromResource({ name, generation, size, crc32c, metadata }: GcsResource): ObjectInfo {
  const bytes = Number(size);
  if (name === undefined || generation === undefined || crc32c === undefined || !Number.isSafeInteger(bytes)) {
    const told = `the store described object ${name ?? '(no name)'} without generation, size or CRC-32C`;
    throw new PitlaneError('unavailable', `${told}: look at what answers in the store's place`);
  }
  return { name, generation: String(generation), bytes, crc32c: hexFromBase64(crc32c), metadata: { ...metadata } };
}

export const hexFromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('hex');

export const base64FromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

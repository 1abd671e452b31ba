/**
 * Which split a drive belongs to: by a hash of its name and the seed alone, so that a drive stays where it is when others
 * come, and all of its samples stand on one side. Never by sample: neighbouring frames are nearly the same picture.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { sha256Of } from '../identity/index.ts';

export interface SplitRule {
  readonly by: 'drive';
  readonly seed: number;
  readonly shares: readonly { readonly split: string; readonly weight: number }[];
}

const NAMES = ['train', 'val', 'test'] as const;
const WEIGHT_MAX = 1_000_000;

export const WITHOUT_SPLIT: SplitRule = { by: 'drive', seed: 0, shares: [{ split: 'train', weight: 1 }] };

/** `drive=80/10/10`: train, val and test by weight. Throws `bad-usage`. */
export function splitRuleFromText(text: string, seed: number): SplitRule {
  const [, by = '', weights = ''] = /^([a-z]+)=(.*)$/.exec(text) ?? [];
  if (by === 'place') {
    const why = 'the catalog has no trajectories yet by which a place could be known';
    throw new PitlaneError('refused', `--split ${text}: ${why}; split by drive, such as drive=80/10/10`);
  }
  const shares = weights.split('/').map((weight) => (/^\d{1,7}$/.test(weight) ? Number(weight) : Number.NaN));
  const isSound =
    by === 'drive' &&
    shares.length <= NAMES.length &&
    shares.every((weight) => weight >= 0 && weight <= WEIGHT_MAX) &&
    shares.some((weight) => weight > 0);
  if (!isSound) {
    const expected = 'one to three weights of train, val and test, such as drive=80/10/10';
    throw new PitlaneError('bad-usage', `--split is ${JSON.stringify(text)}: expected ${expected}`);
  }
  return { by: 'drive', seed, shares: shares.map((weight, at) => ({ split: NAMES[at] as string, weight })) };
}

export function splitOfDrive({ seed, shares }: SplitRule, tenant: string, driveId: string): string {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  // 52 bits: exact as a number, and finer than any weight.
  const drawn = Number.parseInt(sha256Of(`${seed}\n${tenant}\n${driveId}`).slice(0, 13), 16) / 2 ** 52;
  let below = 0;
  for (const { split, weight } of shares) {
    below += weight;
    if (drawn * total < below) return split;
  }
  return shares.at(-1)?.split ?? 'train';
}

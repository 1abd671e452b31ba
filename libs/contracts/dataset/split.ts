/**
 * Which split something belongs to: by a hash of its name and the seed alone, so that it stays where it is when others come.
 * By drive, all samples of a drive stand on one side; by place, all samples of a region do, whoever drove there. Never by
 * sample: neighbouring frames are nearly the same picture.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { sha256Of } from '../identity/index.ts';

export interface SplitRule {
  readonly by: 'drive' | 'place';
  readonly seed: number;
  readonly shares: readonly { readonly split: string; readonly weight: number }[];
}

const NAMES = ['train', 'val', 'test'] as const;
const WEIGHT_MAX = 1_000_000;

export const WITHOUT_SPLIT: SplitRule = { by: 'drive', seed: 0, shares: [{ split: 'train', weight: 1 }] };

/** `drive=80/10/10`, or `place=…`: train, val and test by weight. Throws `bad-usage`. */
export function splitRuleFromText(text: string, seed: number): SplitRule {
  const [, by = '', weights = ''] = /^([a-z]+)=(.*)$/.exec(text) ?? [];
  const shares = weights.split('/').map((weight) => (/^\d{1,7}$/.test(weight) ? Number(weight) : Number.NaN));
  const isSound =
    shares.length <= NAMES.length &&
    shares.every((weight) => weight >= 0 && weight <= WEIGHT_MAX) &&
    shares.some((weight) => weight > 0);
  if (!isSound || (by !== 'drive' && by !== 'place')) {
    const expected = 'one to three weights of train, val and test, such as drive=80/10/10 or place=80/10/10';
    throw new PitlaneError('bad-usage', `--split is ${JSON.stringify(text)}: expected ${expected}`);
  }
  return { by, seed, shares: shares.map((weight, at) => ({ split: NAMES[at] as string, weight })) };
}

export const splitOfDrive = (rule: SplitRule, tenant: string, driveId: string): string =>
  drawn(rule, `${rule.seed}\n${tenant}\n${driveId}`);

/** @param region H3 index of `REGION_RESOLUTION`. */
export const splitOfRegion = (rule: SplitRule, tenant: string, region: string): string =>
  drawn(rule, `${rule.seed}\n${tenant}\nregion\n${region}`);

function drawn({ shares }: SplitRule, text: string): string {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  // 52 bits: exact as a number, and finer than any weight.
  const share = Number.parseInt(sha256Of(text).slice(0, 13), 16) / 2 ** 52;
  let below = 0;
  for (const { split, weight } of shares) {
    below += weight;
    if (share * total < below) return split;
  }
  return shares.at(-1)?.split ?? 'train';
}

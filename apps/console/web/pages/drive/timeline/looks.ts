/** The looks of runs, in the order in which they are laid over one another: what is lost lies over all else. */
export const LOOKS = ['indexed', 'in-flight', 'on-dock', 'on-car', 'gap', 'lost'] as const;
export type Look = (typeof LOOKS)[number];

export const WORDS: Readonly<Record<Look, string>> = {
  indexed: 'indexed',
  'in-flight': 'in flight',
  'on-dock': 'on the dock',
  'on-car': 'on the car',
  gap: 'silent',
  lost: 'lost',
};

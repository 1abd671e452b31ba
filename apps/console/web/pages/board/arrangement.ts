/** In which order tiles stand: by place, so that a spot on the board is a spot in the garage; only where they are too many, by need. */
import type { Place } from './places.ts';
import type { Said } from './said.ts';

export interface Shown {
  readonly place: Place;
  readonly said: Said;
}

/** Those that need a person, or may be taken, come first; among equals the place decides. */
export function byNeed(
  all: readonly Shown[],
  largeTiles: number,
): { large: readonly Shown[]; dense: readonly Shown[] } {
  const ranked = all.map((one, at) => ({ one, at })).sort((a, b) => a.one.said.need - b.one.said.need || a.at - b.at);
  const isLarge = new Set(ranked.slice(0, largeTiles).map(({ one }) => one));
  return { large: ranked.slice(0, largeTiles).map(({ one }) => one), dense: all.filter((one) => !isLarge.has(one)) };
}

export const needing = (all: readonly Shown[]): number => all.filter(({ said }) => said.need <= 1).length;

/** `1 needs you · 3 safe to pull · 2 being read · 2 empty` */
export function summaryOf(all: readonly Shown[]): string {
  const count = (is: (said: Said) => boolean): number => all.filter(({ said }) => is(said)).length;
  const [needs, wipe, pull, going, empty] = [
    count(({ need }) => need === 0),
    count(({ lines, tone }) => tone === 'ready' && lines[1] === 'TO WIPE'),
    count(({ lines, tone }) => tone === 'ready' && lines[1] === 'TO PULL'),
    count(({ sign }) => sign === 'ring' || sign === 'hourglass'),
    count(({ sign }) => sign === 'slot'),
  ];
  const parts = [
    needs > 0 ? `${needs} ${needs === 1 ? 'needs' : 'need'} you` : '',
    pull > 0 ? `${pull} safe to pull` : '',
    wipe > 0 ? `${wipe} safe to wipe` : '',
    going > 0 ? `${going} under way` : '',
    empty > 0 ? `${empty} empty` : '',
  ];
  return parts.filter(Boolean).join(' · ');
}

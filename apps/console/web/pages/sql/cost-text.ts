/** A price for people: never less than it is. */
import type { SqlEstimate } from './ask-sql.ts';

export function costText({ usd, usdPerTiB }: SqlEstimate): string {
  if (usdPerTiB === null) return 'which costs nothing here';
  const cost = usd < 0.01 ? 'for less than $0.01' : `for about $${(Math.ceil(usd * 100) / 100).toFixed(2)}`;
  return `${cost} at $${usdPerTiB} a TiB`;
}

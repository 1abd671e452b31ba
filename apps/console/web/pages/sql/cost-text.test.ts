import { describe, expect, it } from 'vitest';
import { costText } from './cost-text.ts';

describe('the price of a query', () => {
  it('is rounded up to cents, and less than one said to be so', () => {
    const of = (usd: number, usdPerTiB: number | null = 6.25) => costText({ bytesProcessed: 1, usd, usdPerTiB });
    expect(of(0.001)).toBe('for less than $0.01 at $6.25 a TiB');
    expect(of(3.121)).toBe('for about $3.13 at $6.25 a TiB');
    expect(of(0, null)).toBe('which costs nothing here');
  });
});

import { describe, expect, it } from 'vitest';
import { estimateText } from './sql.ts';

describe('an estimate for people', () => {
  it.each([
    { bytesProcessed: 2 ** 40, usdPerTiB: 6.25, usd: 6.25, said: 'about $6.25 at $6.25 a TiB' },
    {
      bytesProcessed: 10_485_760,
      usdPerTiB: 7.5,
      usd: 0.0000596,
      said: '10,485,760 bytes would be read: less than $0.01 at $7.5',
    },
    { bytesProcessed: 0, usdPerTiB: null, usd: 0, said: 'queries cost nothing here' },
  ])('says $said', ({ said, ...estimate }) => expect(estimateText(estimate)).toContain(said));
});

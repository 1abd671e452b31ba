/** Shipping that tells how much it has sent: what lay in the store already went over no link. */
import type { Ship } from '@pitlane/stages/70-ship';

export const meteredShip =
  (ship: Ship, sent: (bytes: number) => void): Ship =>
  async (claim, path, options) => {
    const shipped = await ship(claim, path, options);
    if (shipped.via !== 'stored' && !shipped.known) sent(claim.chunk.bytesStored);
    return shipped;
  };

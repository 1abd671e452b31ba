/** Has the catalog take out replaced events from time to time. The catalog knows whether it is due; a failure waits for the next time. */
import { messageOf } from '@pitlane/base/errors';
import { keepRunning } from '@pitlane/base/flow';
import type { Log } from '@pitlane/base/telemetry';
import type { Catalog } from '@pitlane/ports/catalog';

const LOOK_EVERY_MS = 3_600_000;

export interface CompactDailyOptions {
  readonly telemetry: Log;
  readonly signal: AbortSignal;
  readonly lookEveryMs?: number;
}

/** Runs until the signal aborts; never rejects. Does nothing for a catalog that has no use for it. */
export async function compactDaily(
  catalog: Catalog,
  { telemetry, signal, lookEveryMs = LOOK_EVERY_MS }: CompactDailyOptions,
): Promise<void> {
  if (catalog.compact === undefined) return;
  const look = async (stop: AbortSignal): Promise<void> => {
    const days = (await catalog.compact?.(stop)) ?? [];
    if (days.length > 0) telemetry.info('catalog.compacted', { days: days.join(' ') });
  };
  await keepRunning(look, {
    signal,
    restartMs: lookEveryMs,
    onFailure: (error) => telemetry.warn('catalog.not-compacted', { reason: messageOf(error) }),
  });
}

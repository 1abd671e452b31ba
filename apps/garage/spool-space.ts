/** How full the spool's disk is, and whether that is more than the settings allow. */
import type { GarageTools } from './tools.ts';

/** Of the whole disk, whoever filled it. */
export async function usedPercentOf({ spool }: Pick<GarageTools, 'spool'>): Promise<number> {
  const { freeBytes, totalBytes } = await spool.disk();
  return 100 - (100 * freeBytes) / totalBytes;
}

export const isNearlyFull = async (tools: Pick<GarageTools, 'spool' | 'settings'>): Promise<boolean> =>
  (await usedPercentOf(tools)) > tools.settings.pausePercent;

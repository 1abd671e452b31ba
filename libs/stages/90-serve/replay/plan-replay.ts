/** Plans a replay beside the catalog: what can be played, and which ranges of it are on their way or lost. */
import { PitlaneError } from '@pitlane/base/errors';
import { matchesGlob } from '@pitlane/contracts/plan';
import type { Catalog } from '@pitlane/ports/catalog';
import { channelRows, driveRow } from '../catalog-rows.ts';
import type { ExportPlan } from '../export/export-plan.ts';
import { planExport } from '../export/plan-export.ts';
import type { ExportRequest } from '../export/planned-objects.ts';
import { type MissingRun, missingRuns } from '../slice/slice-note.ts';

/** Plain data, so that it is made beside the catalog and carried out in another process. */
export interface ReplayPlan {
  readonly version: 1;
  readonly vehicleId: string;
  readonly messages: ExportPlan;
  readonly missing: readonly MissingRun[];
}

/** It may still come: waiting helps. */
export const isOnItsWay = ({ state }: MissingRun): boolean => state !== 'lost';

/** A filter kept it in the garage on purpose: it is said, and is no loss. */
export const isWithheld = ({ reason }: MissingRun): boolean => reason === 'withheld';

export async function planReplay(catalog: Catalog, request: ExportRequest): Promise<ReplayPlan> {
  // In this order: what is indexed in between is played and called missing, never the other way round.
  const missing = (await missingRuns(catalog, request)).filter((run) => concerns(run, request));
  const topics = await playable(catalog, request, missing);
  const { vehicleId } = await driveRow(catalog, request);
  const messages = await planExport(catalog, { ...request, topics });
  return { version: 1, vehicleId, messages, missing };
}

/** The globs without those that match only what is missing: for the rest of them there is something to play. */
async function playable(
  catalog: Catalog,
  request: ExportRequest,
  missing: readonly MissingRun[],
): Promise<readonly string[] | undefined> {
  const globs = request.topics ?? [];
  if (globs.length === 0 || missing.length === 0) return request.topics;
  const indexed = new Set((await channelRows(catalog, request)).map(({ topic }) => topic));
  const isMissing = (glob: string): boolean =>
    ![...indexed].some((topic) => matchesTopic(glob, topic)) && missing.some(({ topic }) => matchesTopic(glob, topic));
  const left = globs.filter((glob) => !isMissing(glob));
  if (left.length > 0) return left;
  const states = [...new Set(missing.map(({ state, reason }) => reason ?? state))].join(', ');
  const text = `nothing of ${globs.join(', ')} in ${request.driveId} can be played (${states})`;
  throw missing.some(isOnItsWay)
    ? new PitlaneError('unavailable', `${text} yet: wait for it, with --missing wait`, { retryable: true })
    : new PitlaneError('not-found', `${text}: "pitlane coverage --drive ${request.driveId}" tells more`);
}

const matchesTopic = (glob: string, topic: string): boolean => topic === glob || matchesGlob(glob, topic);

/** Whether a missing run lies in the selection; one of unknown topic or time may. */
function concerns({ topic, startTime, endTime }: MissingRun, { topics = [], startNs, endNs }: ExportRequest): boolean {
  const byTopic = topics.length === 0 || topic === '' || topics.some((glob) => matchesTopic(glob, topic));
  const isBefore = endTime !== null && startNs !== undefined && BigInt(endTime) < startNs;
  const isBehind = startTime !== null && endNs !== undefined && BigInt(startTime) >= endNs;
  return byTopic && !isBefore && !isBehind;
}

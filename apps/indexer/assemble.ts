/**
 * The indexer program put together: docks, landings and manifests become rows of the catalog, and a closed dock is
 * answered with a signed receipt. It holds the private key; nobody else appends to the catalog.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { forEachConcurrent, runTogether } from '@pitlane/base/flow';
import type { Log } from '@pitlane/base/telemetry';
import type { NotesStored } from '@pitlane/contracts/notes';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import {
  type Answer,
  type DatasetRecord,
  LogTopic,
  type ManifestClosed,
  type ResultsStored,
} from '@pitlane/contracts/records';
import type { DeliveredRecord, MessageLog } from '@pitlane/ports/message-log';
import {
  catalogEventsOfDocks,
  catalogEventsOfLandings,
  catalogEventsOfNotes,
  indexDataset,
  catalogEventsOfResults,
  type IndexTools,
  indexManifest,
  type Rebuilt,
  rebuildDatasets,
  type RebuiltDatasets,
  rebuildFromBucket,
} from '@pitlane/stages/85-index';
import { compactDaily } from './compact-daily.ts';
import { noPlans, type ReadPlans } from './derivers.ts';
import { deriveLandings, requestDerivations } from './deriving.ts';
import { SharedTurns } from './shared-turns.ts';

export { plansOf } from './read-plans.ts';
export { derivationsWaiting, requestDerivations } from './deriving.ts';
export { openReceiptKeys, type ReceiptKeys } from './receipt-keys.ts';

export interface IndexerTools extends IndexTools {
  readonly log: MessageLog;
  readonly telemetry: Log;
  /** Whether replaced events are taken out of the catalog once a day, where it has a use for that. */
  readonly compacts?: boolean;
  /** By which plans chunks are derived; without any by what is well known. */
  readonly plans?: ReadPlans;
}

const BATCH_MAX = 1000;
/** Closed docks that are looked at together; those of one drive one after another. */
const MANIFESTS_MAX = 16;
/** Runs of the matrix that are read together. */
const RESULTS_MAX = 4;
const DRIVES_AT_ONCE = 4;
/** Files of notes that are read together. */
const NOTES_MAX = 16;
/** So often a manifest is tried that fails for another reason than an absent store. */
const TRIES_MAX = 3;
/** Rows are appended in batches: each append costs the catalog about as much as hundreds of rows. */
const LINGER_MS = 500;

export class Indexer {
  readonly #tools: IndexerTools;
  /** A rebuild has the catalog to itself; all else may run together, since appends of a catalog in the cloud share a load. */
  readonly #catalog = new SharedTurns();
  /** How often manifests failed, until they are answered. */
  readonly #failures = new Map<string, number>();

  constructor(tools: IndexerTools) {
    this.#tools = tools;
  }

  /** Runs until the signal aborts; rejects when store, log or catalog fail, once nothing of it runs any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, catalog, store, telemetry, compacts = false, plans = noPlans } = this.#tools;
    const append = (events: readonly CatalogEvent[]): Promise<void> =>
      this.#catalog.share(() => catalog.append(events));
    const consume =
      (
        topic: string,
        batchMax: number,
        lingerMs: number,
        handle: (batch: readonly DeliveredRecord[]) => Promise<void>,
      ) =>
      (either: AbortSignal) =>
        log.consume(topic, 'indexer', { batchMax, lingerMs, signal: either }, (batch) =>
          this.#catalog.share(() => handle(batch)),
        );
    await runTogether(signal, [
      consume(LogTopic.docks, BATCH_MAX, 0, async (batch) =>
        catalog.append(await catalogEventsOfDocks(batch, this.#tools)),
      ),
      consume(LogTopic.landings, BATCH_MAX, LINGER_MS, (batch) => catalog.append(catalogEventsOfLandings(batch))),
      consume(LogTopic.notes, NOTES_MAX, 0, (batch) =>
        this.#show(batch, 'notes', (value) => catalogEventsOfNotes(store, (JSON.parse(value) as NotesStored).object)),
      ),
      consume(LogTopic.results, RESULTS_MAX, 0, (batch) =>
        this.#show(batch, 'results', (value) => {
          const { object, sha256 } = JSON.parse(value) as ResultsStored;
          return catalogEventsOfResults(store, object, sha256);
        }),
      ),
      consume(LogTopic.manifests, MANIFESTS_MAX, 0, (batch) => this.#answerAll(batch)),
      (either) => deriveLandings({ ...this.#tools, plans, append }, either),
      consume(LogTopic.datasets, MANIFESTS_MAX, 0, (batch) => this.#indexDatasets(batch)),
      ...(compacts ? [(either: AbortSignal) => compactDaily(catalog, { telemetry, signal: either })] : []),
    ]);
  }

  /** Empties the catalog and fills it from the bucket. What was derived is derived anew, behind everything else. */
  async reindex(
    onManifest?: (done: number, total: number) => void,
  ): Promise<Rebuilt & Pick<RebuiltDatasets, 'datasets'>> {
    const rebuilt = await this.#catalog.alone(async () => {
      const fromManifests = await rebuildFromBucket(this.#tools, onManifest);
      const { datasets, refused } = await rebuildDatasets(this.#tools);
      return { ...fromManifests, datasets, refused: [...fromManifests.refused, ...refused] };
    });
    await requestDerivations(this.#tools);
    return rebuilt;
  }

  /** @returns how many chunks of the drive are now derived anew. */
  derive(drive: { readonly tenant: string; readonly driveId: string }): Promise<number> {
    return requestDerivations(this.#tools, drive);
  }

  /** What is damaged in the store is told of, and holds up nobody else: its maker can run again. */
  async #indexDatasets(batch: readonly DeliveredRecord[]): Promise<void> {
    for (const { value } of batch) {
      const record = JSON.parse(value) as DatasetRecord;
      await indexDataset(record, this.#tools).catch((error: unknown) => {
        if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch', 'not-found', 'refused')) throw error;
        const { tenant, snapshotId } = record;
        this.#tools.telemetry.error('dataset.failed', { tenant, snapshot: snapshotId, error: messageOf(error) });
      });
    }
  }

  /** What is damaged is told and passed over; a store that is away is waited for. */
  async #show(
    batch: readonly DeliveredRecord[],
    what: 'notes' | 'results',
    eventsOf: (value: string) => Promise<readonly CatalogEvent[]>,
  ): Promise<void> {
    const { catalog, telemetry } = this.#tools;
    for (const { value } of batch) {
      try {
        await catalog.append(await eventsOf(value));
      } catch (error) {
        if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch', 'not-found')) throw error;
        const { object } = JSON.parse(value) as NotesStored | ResultsStored;
        telemetry.error(`${what}.refused`, { object, reason: error.message });
      }
    }
  }

  /** Copies within a drive are settled by what stood before: its docks go one after another. */
  async #answerAll(batch: readonly DeliveredRecord[]): Promise<void> {
    const drives = new Map<string, ManifestClosed[]>();
    for (const { value } of batch) {
      const closed = JSON.parse(value) as ManifestClosed;
      const { tenant, driveId } = closed.drive;
      const key = `${tenant}/${driveId}`;
      drives.set(key, [...(drives.get(key) ?? []), closed]);
    }
    await forEachConcurrent(drives.values(), DRIVES_AT_ONCE, async (docks) => {
      for (const closed of docks) await this.#answer(closed);
    });
  }

  async #answer(closed: ManifestClosed): Promise<void> {
    const { log, telemetry } = this.#tools;
    const answer = await indexManifest(closed, this.#tools).catch((error: unknown) => this.#failed(closed, error));
    this.#failures.delete(closed.manifestObject);
    if (answer.type === 'refused') {
      telemetry.error('manifest.refused', { manifest: closed.manifestObject, reason: answer.reason });
    }
    await log.publish(LogTopic.answers, [{ key: closed.drive.driveId, value: JSON.stringify(answer) }]);
  }

  /** A store that is away is waited for. What keeps failing otherwise is answered, so that it holds up nobody else. */
  #failed({ manifestObject, manifestSha256, dockId, drive }: ManifestClosed, error: unknown): Answer {
    const times = (this.#failures.get(manifestObject) ?? 0) + 1;
    this.#failures.set(manifestObject, times);
    this.#tools.telemetry.error('manifest.failed', { manifest: manifestObject, error: messageOf(error), times });
    if (times < TRIES_MAX || isPitlaneError(error, 'unavailable', 'interrupted')) throw error;
    const reason = `indexing failed ${times} times: ${messageOf(error)}`;
    return { type: 'refused', dockId, driveId: drive.driveId, manifestSha256, reason, retryable: true };
  }
}

/**
 * The indexer program put together: docks, landings and manifests become rows of the catalog, and a closed dock is
 * answered with a signed receipt. It holds the private key; nobody else appends to the catalog.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { runTogether } from '@pitlane/base/flow';
import type { Log } from '@pitlane/base/telemetry';
import { type Answer, LogTopic, type ManifestClosed } from '@pitlane/contracts/records';
import type { DeliveredRecord, MessageLog } from '@pitlane/ports/message-log';
import {
  catalogEventsOfDocks,
  catalogEventsOfLandings,
  type IndexTools,
  indexManifest,
  type Rebuilt,
  rebuildFromBucket,
} from '@pitlane/stages/85-index';
import { compactDaily } from './compact-daily.ts';

export { openReceiptKeys, type ReceiptKeys } from './receipt-keys.ts';

export interface IndexerTools extends IndexTools {
  readonly log: MessageLog;
  readonly telemetry: Log;
  /** Whether replaced events are taken out of the catalog once a day, where it has a use for that. */
  readonly compacts?: boolean;
}

const BATCH_MAX = 1000;
/** So often a manifest is tried that fails for another reason than an absent store. */
const TRIES_MAX = 3;
/** Rows are appended in batches: each append costs the catalog about as much as hundreds of rows. */
const LINGER_MS = 500;

export class Indexer {
  readonly #tools: IndexerTools;
  /** One writer at a time: a manifest is indexed whole, and a rebuild has the catalog to itself. */
  #turn: Promise<unknown> = Promise.resolve();

  /** The manifest that failed last, and how often in a row. */
  #failing = { manifest: '', times: 0 };

  constructor(tools: IndexerTools) {
    this.#tools = tools;
  }

  /** Runs until the signal aborts; rejects when store, log or catalog fail, once nothing of it runs any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, catalog, telemetry, compacts = false } = this.#tools;
    const consume =
      (
        topic: string,
        batchMax: number,
        lingerMs: number,
        handle: (batch: readonly DeliveredRecord[]) => Promise<void>,
      ) =>
      (either: AbortSignal) =>
        log.consume(topic, 'indexer', { batchMax, lingerMs, signal: either }, (batch) =>
          this.#alone(() => handle(batch)),
        );
    await runTogether(signal, [
      consume(LogTopic.docks, BATCH_MAX, 0, (batch) => catalog.append(catalogEventsOfDocks(batch))),
      consume(LogTopic.landings, BATCH_MAX, LINGER_MS, (batch) => catalog.append(catalogEventsOfLandings(batch))),
      consume(LogTopic.manifests, 1, 0, ([record]) => this.#answer(record as DeliveredRecord)),
      ...(compacts ? [(either: AbortSignal) => compactDaily(catalog, { telemetry, signal: either })] : []),
    ]);
  }

  /** Empties the catalog and fills it from the bucket. */
  reindex(onManifest?: (object: string) => void): Promise<Rebuilt> {
    return this.#alone(() => rebuildFromBucket(this.#tools, onManifest));
  }

  async #answer(record: DeliveredRecord): Promise<void> {
    const { log, telemetry } = this.#tools;
    const closed = JSON.parse(record.value) as ManifestClosed;
    const answer = await indexManifest(closed, this.#tools).catch((error: unknown) => this.#failed(closed, error));
    this.#failing = { manifest: '', times: 0 };
    if (answer.type === 'refused') {
      telemetry.error('manifest.refused', { manifest: closed.manifestObject, reason: answer.reason });
    }
    await log.publish(LogTopic.answers, [{ key: closed.drive.driveId, value: JSON.stringify(answer) }]);
  }

  /** A store that is away is waited for. What keeps failing otherwise is answered, so that it holds up nobody else. */
  #failed({ manifestObject, manifestSha256, dockId, drive }: ManifestClosed, error: unknown): Answer {
    const times = this.#failing.manifest === manifestObject ? this.#failing.times + 1 : 1;
    this.#failing = { manifest: manifestObject, times };
    this.#tools.telemetry.error('manifest.failed', { manifest: manifestObject, error: messageOf(error), times });
    if (times < TRIES_MAX || isPitlaneError(error, 'unavailable', 'interrupted')) throw error;
    const reason = `indexing failed ${times} times: ${messageOf(error)}`;
    return { type: 'refused', dockId, driveId: drive.driveId, manifestSha256, reason, retryable: true };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

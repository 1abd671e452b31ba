/**
 * The previews of a drive that is docked, made beside everything else from the moment at which the drive has its name. They
 * are no part of what lands: one that cannot be made is left out, in words, and nothing fails of it or waits for it but the
 * end of the dock, for a while. In the journal stand those that the store has, so that the next dock makes none twice.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { ObjectMetadata, previewObjectName } from '@pitlane/contracts/object-layout';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { LogTopic } from '@pitlane/contracts/records';
import { filterText, type TopicFilter } from '@pitlane/contracts/topic-filter';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import type { PreviewEntry } from '@pitlane/ports/journal';
import { sidecarPathOf } from '@pitlane/stages/10-discover';
import { putPreview } from '@pitlane/stages/35-preview';
import type { PreviewResult, PreviewsResult } from '../dock-result.ts';
import type { DriveDocking } from '../docking.ts';
import { type InspectedFile, likenessOf } from '../drive-identity.ts';
import { filterForFile } from '../what-may-leave.ts';
import { previewPlan } from './preview-shares.ts';

type Drive = Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;

/** So long the end of a dock waits for previews that are under way. */
const END_WAITS_MS = 30_000;
const SHOWN_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 20;

export class DrivePreviews implements Disposable {
  readonly #docking: DriveDocking;
  readonly #files: readonly InspectedFile[];
  readonly #startedMs: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #made: PreviewResult[] = [];
  readonly #leftOut: { path: string; reason: string }[] = [];
  #making: Promise<void> | undefined;

  constructor(docking: DriveDocking, files: readonly InspectedFile[], startedMs: number) {
    this.#docking = docking;
    this.#files = files;
    this.#startedMs = startedMs;
    this.#signal = AbortSignal.any([docking.signal, this.#stop.signal]);
  }

  /** Once: the drive keeps its name. */
  begin(drive: Drive): void {
    const { settings } = this.#docking.tools;
    if (settings.previewMaxBytes > 0) this.#making ??= this.#makeAll(drive);
  }

  /** What has become of them, when all are done or none is waited for any more. */
  async result(): Promise<PreviewsResult> {
    const { wait } = this.#docking.tools;
    const late = new AbortController();
    const given = wait(END_WAITS_MS, late.signal).then(
      () => this.#stop.abort(),
      () => {},
    );
    await Promise.race([this.#making, given]);
    late.abort();
    await this.#untilShown();
    return { previews: [...this.#made], previewsLeftOut: [...this.#leftOut] };
  }

  /** Inside of one node: who asks next is shown them. Elsewhere the indexer is busy with others too. */
  async #untilShown(): Promise<void> {
    const { log, wait, settings } = this.#docking.tools;
    if (settings.isLogRemote || this.#made.every(({ known }) => known)) return;
    for (let waitedMs = 0; waitedMs < SHOWN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      if (this.#signal.aborted || (await log.lag(LogTopic.docks, 'indexer').catch(() => 0)) === 0) return;
      await wait(LOOK_EVERY_MS, this.#signal).catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  /** Never rejects. */
  async #makeAll(drive: Drive): Promise<void> {
    const plan = previewPlan(this.#files, this.#docking.tools.settings);
    for (const { file } of plan.passedOver) this.#leaveOut(file.path, 'others of the drive stand for it');
    let left = plan.readBytesMax;
    for (const [at, file] of plan.files.entries()) {
      const share = { bytesMax: plan.bytesMax, readBytesMax: Math.floor(left / (plan.files.length - at)) };
      try {
        const { entry, known } = await this.#preview(drive, file, share);
        left = Math.max(0, left - entry.readBytes);
        this.#told(drive, entry, known);
      } catch (error) {
        this.#leaveOut(
          file.file.path,
          this.#signal.aborted ? 'the docking ended before it was made' : messageOf(error),
        );
      }
    }
  }

  async #preview(
    drive: Drive,
    file: InspectedFile,
    share: { readonly bytesMax: number; readonly readBytesMax: number },
  ): Promise<{ entry: PreviewEntry; known: boolean }> {
    this.#signal.throwIfAborted();
    const { journal, store, log } = this.#docking.tools;
    const filter = this.#filterFor(drive, file);
    const before = journal
      .previews(drive.tenant, drive.driveId)
      .find(({ headSha256 }) => headSha256 === file.headSha256);
    if (before && before.sourceBytes >= file.file.bytes && (await this.#isStored(before))) {
      return { entry: before, known: true };
    }
    const task = this.#taskOf(drive, file, filter, share);
    const make = () => this.#docking.chunkers.preview(task, this.#signal);
    const made = await make().catch((error: unknown) => {
      // Somebody killed the process, not the file: it has a second chance, as the cut has.
      if (!isPitlaneError(error, 'decoder-failed') || error.details.killed !== true) throw error;
      return make();
    });
    if (!made || 'leftOut' in made) throw new LeftOut(made?.leftOut ?? 'it is no log');
    await putPreview(made.facts, made.bytes, { store, log, signal: this.#signal });
    const { tenant, driveId, headSha256, path, previewId, sourceBytes, readBytes, messages, frames } = made.facts;
    const object = previewObjectName(drive, previewId);
    const counts = { sourceBytes, readBytes, messages, frames };
    const entry = { tenant, driveId, headSha256, path, previewId, object, ...counts };
    journal.putPreview(entry);
    return { entry, known: false };
  }

  /**
   * What may leave of it. A recording keeps the filter with which it was first docked: where this dock is going to be refused
   * for another one, nothing may have left before.
   */
  #filterFor({ tenant }: Drive, file: InspectedFile): TopicFilter | undefined {
    const { filter: ofDock, found, tools } = this.#docking;
    const filter = filterForFile(file, ofDock, sidecarPathOf(found.folder));
    const textOf = (one: TopicFilter | undefined): string => (one ? filterText(one) : '');
    const copies = tools.journal.likelyCopies(likenessOf(tenant, file));
    if (copies.every((copy) => textOf(copy.filter) === textOf(filter))) return filter;
    throw new LeftOut('it was docked before with another filter of topics');
  }

  #taskOf(
    drive: Drive,
    { file, format, headSha256, inspection, endings = [] }: InspectedFile,
    filter: TopicFilter | undefined,
    share: { readonly bytesMax: number; readonly readBytesMax: number },
  ) {
    const { intake, tools } = this.#docking;
    const { tenant, driveId, vehicleId } = drive;
    const place = intake.at(file.path);
    return {
      tenant,
      driveId,
      vehicleId,
      path: file.path,
      headSha256,
      sourceBytes: file.bytes,
      startTimeNs: inspection?.startTimeNs,
      endTimeNs: inspection?.endTimeNs,
      ...(filter && { filter }),
      ...share,
      root: place.root,
      file: place.path,
      format: format?.name ?? 'opaque',
      endings,
      spoolRoot: tools.settings.spoolRoot,
      limits: DEFAULT_READ_LIMITS,
    };
  }

  async #isStored({ object, previewId }: PreviewEntry): Promise<boolean> {
    const info = await this.#docking.tools.store.stat(object);
    return info?.metadata[ObjectMetadata.chunkId] === previewId;
  }

  #told({ driveId, vehicleId }: Drive, entry: PreviewEntry, known: boolean): void {
    const { tools, dock, previewed } = this.#docking;
    const { path, previewId, object, messages, frames, readBytes } = entry;
    const afterMs = Math.round(tools.clock.monotonicMs() - this.#startedMs);
    const result = { path, previewId, object, messages, frames, readBytes, known, afterMs };
    this.#made.push(result);
    previewed({ type: 'preview', dockId: dock.dockId, driveId, vehicleId, preview: result });
  }

  #leaveOut(path: string, reason: string): void {
    this.#leftOut.push({ path, reason });
    this.#docking.tools.telemetry.info('preview.left-out', { path, reason });
  }
}

/** A preview that there is not, and why. */
class LeftOut extends Error {}

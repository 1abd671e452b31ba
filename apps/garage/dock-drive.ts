/**
 * One drive of a dock, from its files to its receipt. Recordings are staged one ahead of those that are cut; everything
 * that it decides is in the journal before anybody else hears of it, so that it goes on after any interruption.
 */
import { assert, PitlaneError } from '@pitlane/base/errors';
import { type ChunkFacts, type DockFacts, type DriveFacts } from '@pitlane/contracts/manifest';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Receipt } from '@pitlane/contracts/receipt';
import type { Verdict } from '@pitlane/contracts/verdict';
import type { Landing } from '@pitlane/contracts/records';
import type { ChunkEntry, RecordingEntry } from '@pitlane/ports/journal';
import type { SourceFile } from '@pitlane/ports/drive-source';
import { type FoundDrive, sidecarPathOf } from '@pitlane/stages/10-discover';
import { closeDock } from '@pitlane/stages/60-close';
import { type CutJob, type CutResult, cutRecording, type CutTools, RecordingCut } from './cut-recording.ts';
import { Deliveries } from './deliveries.ts';
import type { DriveResult } from './dock-result.ts';
import { checkSigner } from './check-signer.ts';
import type { DriveDocking } from './docking.ts';
import { copiesBefore, freeEarlierCopies } from './earlier-copies.ts';
import { driveFactsOf, namedDrive } from './drive-facts.ts';
import { type InspectedFile, likenessOf } from './drive-identity.ts';
import { DriveRecordings } from './drive-recordings.ts';
import { driveResultFrom } from './drive-result.ts';
import type { DriveStaging } from './drive-staging.ts';
import { DriveWords } from './drive-words.ts';
import { fullVerdict } from './drive-verdict.ts';
import { freeSpool } from './free-spool.ts';
import { LandingWatch } from './landing-watch.ts';
import { DriveOrders } from './orders/drive-orders.ts';
import type { Urgencies } from './orders/urgencies.ts';
import { announcedFrom } from './announced.ts';
import { DrivePreviews } from './previews/drive-previews.ts';
import { partsNotes, type StagedFile } from './stage-file.ts';
import { removeStaged } from './staged-copies.ts';
import { isStillStored } from './still-stored.ts';
import { type BegunCut, cutUrgentFirst } from './urgent-first.ts';
import { receiptedEvents, tellLoss } from './webhooks/drive-events.ts';
import { filterForFile, refuseOtherFilter } from './what-may-leave.ts';

/** Objects that the cloud misses are made and sent again so often before the dock is given up. */
const RESENDS_MAX = 3;

export async function dockDrive(docking: DriveDocking, { files, staged }: DriveStaging): Promise<DriveResult> {
  const startedMs = docking.tools.clock.monotonicMs();
  const inspected = await files;
  using previews = new DrivePreviews(docking, inspected, startedMs);
  const named = namedDrive(docking);
  if (named) previews.begin(named);
  const { value: first } = await staged.next();
  assert(first, 'a drive has a file');
  const drive = await driveFactsOf(docking, inspected, first);
  docking.named(drive);
  previews.begin(drive);
  const run = new DriveRun(docking, drive);
  using _landings = docking.answers.onLanding(drive.driveId, (landing) => run.landed(landing));
  using _resends = docking.answers.onResend(({ objects, reason }) => run.deliveries.resend(objects, reason));
  using _delivering = run.deliver();
  const results: CutResult[] = [];
  const begin = (file: StagedFile): Promise<BegunCut | undefined> => run.begin(file);
  const cutting = cutUrgentFirst(firstThen(first, staged), inspected, run.urgencies, begin);
  for await (const result of cutting) results.push(result);
  docking.progress.totalKnown('chunk', 'ship', 'land');
  docking.moved(drive.driveId, drive.vehicleId, 'shipped');
  await run.close();
  await run.served();
  docking.handlings.forget(drive);
  docking.moved(drive.driveId, drive.vehicleId, 'receipted');
  const { verdict = null, recordings } = run;
  const { missing } = recordings;
  const told = { recordings: recordings.all(), missing, results, verdict, previews: await previews.result() };
  return driveResultFrom({ docking, drive, ...told, startedMs });
}

async function* firstThen<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

class DriveRun {
  readonly deliveries: Deliveries;
  readonly recordings: DriveRecordings;
  verdict: Verdict | undefined;
  readonly #docking: DriveDocking;
  readonly #drive: DriveFacts;
  readonly #dock: DockFacts;
  readonly #orders: DriveOrders;

  readonly #words: DriveWords;
  readonly #landings = new LandingWatch((recordingId) => this.#words.tell(recordingId, 'landed'));

  constructor(docking: DriveDocking, drive: DriveFacts) {
    this.#docking = docking;
    this.#drive = drive;
    this.recordings = new DriveRecordings(drive, docking.tools.journal);
    const { dockId, dockedAtMs, priority } = docking.dock;
    const handling = docking.handlings.of(drive);
    const events = [...(docking.found.sidecar.events ?? []), ...handling.events];
    this.#orders = new DriveOrders(drive, events, handling.priority ?? priority, docking.tools);
    const { settings, ship, spool, journal, clock, wait, random, telemetry } = docking.tools;
    this.#dock = { dockId, dockedAtMs, garage: settings.garage };
    this.#words = new DriveWords(drive, this.#dock, docking.tools);
    this.deliveries = new Deliveries({
      ship,
      spool,
      journal,
      clock,
      wait,
      random,
      telemetry,
      deadlineMs: settings.landingDeadlineMs,
      counters: docking.deliveryCounters,
      signal: docking.signal,
      moved: (recordingId, state) => this.#words.tell(recordingId, state),
    });
  }

  get urgencies(): Urgencies {
    return this.#orders.urgencies;
  }

  /** Looks after its deliveries, and shows them and its orders to whoever asks the garage, until it is disposed of. */
  deliver(): Disposable {
    const { delivering, running } = this.#docking;
    const watch = this.deliveries.watch();
    delivering.add(this.deliveries);
    running.add(this.#orders);
    return {
      [Symbol.dispose]: () => {
        watch[Symbol.dispose]();
        delivering.delete(this.deliveries);
        running.delete(this.#orders);
      },
    };
  }

  landed(landing: Landing): void {
    this.#docking.progress.did('land', landing.stored.bytesStored);
    this.deliveries.landed(landing.chunk.chunkId);
    this.#landings.landed(landing.chunk);
  }

  /** Cuts what is wanted first of a recording; undefined if it stands in a receipt already, or twice in this dock. */
  async begin(file: StagedFile): Promise<BegunCut | undefined> {
    const { tools, progress, tally } = this.#docking;
    const { tenant, driveId } = this.#drive;
    const { recordingId, inspected } = file;
    const { twin } = this.recordings.begin(file);
    const before = tools.journal.recordingsById(tenant, recordingId).find((entry) => entry.driveId === driveId);
    if (!twin) refuseOtherFilter(before, this.#filterFor(inspected), inspected.file.path);
    const isKnown = before?.state === 'receipted' || before?.state === 'retired';
    if (twin || (isKnown && (await isStillStored(before, tools)))) {
      progress.did('chunk', inspected.file.bytes);
      tally.roomOf(inspected.file)?.[Symbol.dispose]();
      if (!twin && before) this.recordings.note({ ...before, path: inspected.file.path }, true);
      // The store has it, or its twin is read: nobody will ask for this copy, nor free it.
      if (file.isOurs) await removeStaged(file.root, file.path);
      if (!twin && before) await freeSpool(before, this.#docking);
      if (!twin && before) await freeEarlierCopies(before, tools.settings.stagedRoot);
      return undefined;
    }
    const entry = await this.#announceable(file, before);
    tools.journal.putRecording(entry);
    this.recordings.note(entry, false);
    const announced = this.#words.staged(announcedFrom(file.inspected, recordingId), entry);
    announced.catch(() => {}); // seen before anything of it is shipped, and at its end
    let chunked = (): void => {};
    const onChunked = async (): Promise<void> => {
      chunked();
      await announced;
      await this.#words.moved(entry, 'chunked');
    };
    const { cuts } = this.#docking;
    const cut = new RecordingCut(...this.#cutting(file, entry, { announced, onChunked }));
    const close = (): Promise<void> => cut[Symbol.asyncDispose]();
    try {
      await cuts.take(recordingId, () => cut.early());
    } catch (error) {
      await close();
      throw error;
    }
    const rest = async (told: () => void): Promise<CutResult> => {
      chunked = told;
      const result = await cuts.take(recordingId, () => cut.rest());
      this.recordings.note(result.entry, false);
      await this.#words.moved(result.entry, 'shipped');
      this.#landings.sealed(recordingId, result.chunks);
      return result;
    };
    return { rest, close };
  }

  /** Sends the closing manifest and waits for a receipt that holds; makes again what the cloud misses. */
  async close(): Promise<void> {
    this.#orders.isShipped = true;
    const entries = this.recordings.toClose();
    const verdict = await this.#judge();
    if (entries.length === 0) return;
    tellLoss(this.#drive, this.#dock, entries, this.recordings.missing, this.#docking.webhooks);
    const { tools, answers, signal, progress } = this.#docking;
    const { dockId } = this.#dock;
    progress.expect('index', 1);
    using inbox = answers.listen(dockId, this.#drive.driveId, signal);
    for (let attempt = 0; attempt <= RESENDS_MAX; attempt += 1) {
      // The indexer looks at once: what is on its way yet would be missing.
      await this.deliveries.allLanded();
      progress.began('index');
      const { events } = this.#docking.found.sidecar;
      const drive = { ...this.#drive, ...(events && { events }) };
      const closing = { drive, dock: this.#dock, recordings: this.#closing(entries), ...(verdict && { verdict }) };
      const closed = await closeDock(closing, tools);
      const answer = await inbox.answerTo(closed.manifestSha256);
      if (answer.type === 'receipt') return this.#accept(answer.receipt, entries);
      if (answer.type === 'refused') {
        const text = `the indexer refused ${closed.manifestObject}: ${answer.reason}`;
        if (!answer.retryable) throw new PitlaneError('checksum-mismatch', text);
        throw new PitlaneError('unavailable', `${text}. Mend that, then dock again`, { retryable: true });
      }
      tools.telemetry.warn('drive.resend-asked', { driveId: this.#drive.driveId, objects: answer.objects.length });
      await this.#makeAgain(answer.objects, entries);
    }
    throw new PitlaneError(
      'unavailable',
      `the store keeps missing objects of ${this.#drive.driveId}: run doctor, then dock again`,
      { retryable: true },
    );
  }

  /** Everything is signed for: what standing orders have of it is known. */
  served(): Promise<void> {
    return this.#orders.landed();
  }

  async #judge(): Promise<Verdict | undefined> {
    const { tools, judged } = this.#docking;
    const { tenant, driveId, vehicleId } = this.#drive;
    this.verdict = await fullVerdict(this.#drive, tools.journal.recordingsOfDrive(tenant, driveId), tools);
    if (this.verdict) judged(driveId, vehicleId, this.verdict);
    return this.verdict;
  }

  *#closing(entries: readonly RecordingEntry[]) {
    const { journal } = this.#docking.tools;
    for (const entry of entries) {
      const { recording, channels, losses } = entry.cut as NonNullable<typeof entry.cut>;
      yield { recording, channels, losses, chunks: factsOf(journal.chunks(entry)) };
    }
  }

  async #accept(receipt: Receipt, entries: readonly RecordingEntry[]): Promise<void> {
    const { tools, progress } = this.#docking;
    checkSigner(receipt, tools.receiptKey);
    const signed = new Map(receipt.body.recordings.map(({ recordingId, bytes }) => [recordingId, bytes]));
    const unsigned = entries.filter(({ recordingId, bytes }) => signed.get(recordingId) !== bytes);
    if (unsigned.length > 0) {
      throw new PitlaneError(
        'checksum-mismatch',
        `the receipt ${receipt.receiptId} leaves out what was sent: nothing may be wiped on its word`,
      );
    }
    tools.journal.putReceipt(receipt, entries, receiptedEvents(receipt, tools));
    for (const entry of entries) {
      this.#keepTold(entry);
      await freeSpool(entry, this.#docking);
      await freeEarlierCopies(entry, tools.settings.stagedRoot);
    }
    progress.did('index', 1);
  }

  /** Only now: paths, and notes on a bag, that the journal has are in a manifest. What else an earlier dock noted there stays. */
  #keepTold({ tenant, driveId, recordingId, cut }: RecordingEntry): void {
    const { journal } = this.#docking.tools;
    if (!cut?.recording.alsoAt && !this.recordings.file(recordingId)?.inspected.bag) return;
    const entry = journal.recordingsById(tenant, recordingId).find((other) => other.driveId === driveId);
    if (entry) journal.putRecording({ ...entry, cut });
  }

  async #makeAgain(objects: readonly string[], entries: readonly RecordingEntry[]): Promise<void> {
    const { journal } = this.#docking.tools;
    const wanted = new Set(objects);
    for (const entry of entries) {
      const gone = [...journal.chunks(entry)].filter(({ facts }) => wanted.has(facts.object)).map(({ name }) => name);
      if (gone.length === 0) continue;
      // It is not cut to its end any more, before it lacks a chunk.
      journal.putRecording({ ...entry, cut: null });
      journal.dropChunks(entry, gone);
      const announced = Promise.resolve();
      const onChunked = (): Promise<void> => this.#words.moved(entry, 'chunked');
      const file = this.recordings.file(entry.recordingId) as StagedFile;
      const cutting = this.#cutting(file, entry, { announced, onChunked });
      await this.#docking.cuts.take(entry.recordingId, () => cutRecording(...cutting));
    }
  }

  #cutting(file: StagedFile, entry: RecordingEntry, told: Pick<CutJob, 'announced' | 'onChunked'>): [CutJob, CutTools] {
    const { chunkers, queue, tools, progress, signal, found, space, tally } = this.#docking;
    const job = {
      drive: this.#drive,
      entry,
      root: file.root,
      path: file.path,
      version: file.version,
      beside: file.beside,
      notes: [...notesFor(found, file.inspected.file), ...partsNotes(file)],
      holes: file.holes,
      inspection: file.inspected.inspection,
      urgencies: this.urgencies,
      queue,
      dockedAtMs: this.#dock.dockedAtMs,
      deliveries: this.deliveries,
      space,
      onStored: (facts: ChunkFacts) => {
        progress.did('land', facts.bytesStored);
        this.#landings.landed(facts);
      },
      room: tally.roomOf(file.inspected.file),
      ...told,
    };
    return [job, { chunkers, tools, progress, signal }];
  }

  #filterFor(file: InspectedFile): TopicFilter | undefined {
    const { filter, found } = this.#docking;
    return filterForFile(file, filter, sidecarPathOf(found.folder));
  }

  async #announceable(
    { inspected, recordingId }: StagedFile,
    before: RecordingEntry | undefined,
  ): Promise<RecordingEntry> {
    const { tenant, driveId, vehicleId } = this.#drive;
    const { file } = inspected;
    const own = { dockId: this.#dock.dockId, path: file.path };
    const { stagedRoot } = this.#docking.tools.settings;
    const filter = this.#filterFor(inspected);
    const earlierCopies = before ? await copiesBefore(before, own, stagedRoot) : [];
    return {
      ...likenessOf(tenant, inspected),
      driveId,
      vehicleId,
      recordingId,
      dockId: this.#dock.dockId,
      path: file.path,
      bytes: file.bytes,
      state: before?.state === 'shipped' ? 'shipped' : 'staged',
      cut: null,
      ...(filter && { filter }),
      ...(earlierCopies.length > 0 && { earlierCopies }),
    };
  }
}

function* factsOf(chunks: Iterable<ChunkEntry>): Generator<ChunkFacts> {
  for (const { facts } of chunks) yield facts;
}

const notesFor = ({ folder, notes }: FoundDrive, { path, note }: SourceFile): readonly string[] => [
  ...(note === undefined ? [] : [note]),
  ...(path === sidecarPathOf(folder) ? notes : []),
];

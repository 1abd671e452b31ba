/**
 * The chunker's process: takes one job at a time, cuts a recording or inspects files, and tells its parent what it sealed
 * or saw. It stands alone so that a hostile recording can at worst kill or hang this process, never the node. It never
 * talks to the network.
 */
import { constants, setPriority } from 'node:os';
import { crc32 } from '@node-rs/crc32';
import { plainError } from '@pitlane/base/errors';
import { clearHeapEarly } from '@pitlane/base/heap';
import { loadDecompressors, ZstdPool } from '@pitlane/compressor-zstd';
import { fileDriveSource } from '@pitlane/drive-source-files';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import { formatNamed, openRecording } from '@pitlane/formats/all';
import { LandOpaque, type RecordingFormat } from '@pitlane/formats/recording';
import type { OpenSourceFile } from '@pitlane/ports/drive-source';
import { HashThread, openFileSpool, openScratch } from '@pitlane/spool-files';
import { inspect, inspectHead, type Inspected } from '@pitlane/stages/20-inspect';
import { makePreview } from '@pitlane/stages/35-preview';
import { type ChunkEvent, type ChunkTools, chunkOpaque, chunkRecording } from '@pitlane/stages/40-chunk';
import { indexEvidence, MessageObserver } from '@pitlane/stages/50-judge';
import { FilesBeside } from './files-beside.ts';
import type {
  ChunkerAnswer,
  ChunkerJob,
  ChunkerTask,
  ChunkerWord,
  InspectedPath,
  InspectJob,
  PreviewTask,
} from './chunker-protocol.ts';
import { vouchedCompressor, vouchedDecompressors, vouchedScaler, vouchedSource } from './chunker-vouching.ts';

/** For the indexes of all files of a job: on a disk that spins each piece of one takes its time. */
const INDEX_MS_MAX = 3000;

/** For the preview of one recording. */
const PREVIEW_MS_MAX = 20_000;

/** Events that the parent has not taken yet; the reader waits beyond. */
const UNTAKEN_MAX = 64;

clearHeapEarly();
// What ships, lands and answers people goes before what cuts: all of it is little work that somebody waits for.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const tell = (answer: ChunkerAnswer): void => void process.send?.(answer);
const tellAlive = (honestMs: number): void => tell({ type: 'alive', honestMs });

const compressor = vouchedCompressor(new ZstdPool(2), tellAlive);
const hasher = new HashThread();
const decompressors = vouchedDecompressors(await loadDecompressors(), tellAlive);
let untaken = 0;
let taken = (): void => {};
let mustPause = false;
let goOn = (): void => {};

process.on('message', (message: ChunkerWord) => {
  if (message === 'taken') {
    untaken -= 1;
    taken();
  } else if (message === 'pause') mustPause = true;
  else if (message === 'go on') {
    mustPause = false;
    goOn();
  } else {
    // What was said of the task before may have come after its end.
    mustPause = false;
    void run(message);
  }
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the garage decides when this process ends, and a kill here would pass for a bad file.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function run(task: ChunkerTask): Promise<void> {
  tellAlive(0);
  try {
    tell(
      await (task.kind === 'chunk'
        ? cut(task.job)
        : task.kind === 'inspect'
          ? inspectAll(task.job)
          : preview(task.job)),
    );
  } catch (error) {
    if (error instanceof LandOpaque) tell({ type: 'land-opaque', reason: error.reason });
    else tell(failed(error));
  }
}

async function cut(job: ChunkerJob): Promise<ChunkerAnswer> {
  const source = await openVouched(job.root, job.path);
  await using beside = new FilesBeside(openVouched);
  try {
    if (job.version !== null && source.version !== job.version) return changed(job);
    const endings = job.beside.map(({ ending }) => ending);
    await beside.open(job.root, job.path, endings);
    if (job.beside.some(({ ending, version }) => version !== null && beside.versionOf(ending) !== version)) {
      return changed(job);
    }
    const spool = await openFileSpool({ root: job.spoolRoot, hasher });
    const tools: ChunkTools = {
      compressor,
      decompressors,
      limits: job.limits,
      spool,
      crc32,
      observer: new MessageObserver(),
    };
    const format = job.format === 'opaque' ? undefined : formatNamed(job.format);
    const events = format ? cutKnown(job, format, source, beside, tools) : chunkOpaque(job, source, tools);
    for await (const event of events) {
      tell({ type: 'event', event });
      if (event.type === 'chunk') untaken += 1;
      while (untaken >= UNTAKEN_MAX) await new Promise<void>((resolve) => (taken = resolve));
      await paused();
    }
    return (await source.unchanged()) && (await beside.unchanged()) ? { type: 'done' } : changed(job);
  } finally {
    await source.close();
  }
}

/** Behind what it last told, while something more urgent is cut: what is open stays so. */
async function paused(): Promise<void> {
  while (mustPause) {
    tell({ type: 'paused' });
    await new Promise<void>((resolve) => (goOn = resolve));
  }
}

async function* cutKnown(
  job: ChunkerJob,
  format: RecordingFormat,
  file: OpenSourceFile,
  beside: FilesBeside,
  tools: ChunkTools,
): AsyncGenerator<ChunkEvent> {
  const scratch = () => openScratch(job.spoolRoot, file.name);
  const { content } = await openRecording(file, beside.sources, { decompressors, scratch, limits: job.limits });
  await using _ = content;
  // The node counts bytes of the file; what is unpacked has others.
  const share = content.source.sizeBytes > 0 ? file.sizeBytes / content.source.sizeBytes : 1;
  for await (const event of chunkRecording(job, content, format, tools)) {
    yield event.type === 'progress' ? { ...event, readBytes: Math.floor(event.readBytes * share) } : event;
  }
}

async function inspectAll({ root, paths, endings, limits }: InspectJob): Promise<ChunkerAnswer> {
  const nowMs = (): number => performance.now();
  const patience = { nowMs, untilMs: nowMs() + INDEX_MS_MAX };
  for (const path of paths) {
    const source = await openVouched(root, path);
    await using beside = new FilesBeside(openVouched);
    try {
      const { isDecodedNext, ...head } = await inspectHead(source);
      if (isDecodedNext) tell({ type: 'inspect-event', event: { type: 'recognised', file: pathFrom(head) } });
      const besideIt = isDecodedNext ? (endings?.[path] ?? []) : [];
      await beside.open(root, path, besideIt);
      const tools = { decompressors, limits };
      // What a journal changes stands in no index.
      const indexed = besideIt.length === 0 ? head.format : undefined;
      const evidence = indexed && (await indexEvidence(source, indexed, tools, patience));
      const file = pathFrom(isDecodedNext ? await inspect(source, tools, beside.sources) : head, evidence);
      tell({ type: 'inspect-event', event: { type: 'inspected', file } });
    } finally {
      await source.close();
    }
  }
  return { type: 'done' };
}

async function preview(job: PreviewTask): Promise<ChunkerAnswer> {
  // Not before it is wanted: what cuts has no use for it.
  const { sharpScaler } = await import('@pitlane/image-scaler-sharp');
  const file = await openVouched(job.root, job.file);
  await using beside = new FilesBeside(openVouched);
  try {
    await beside.open(job.root, job.file, job.endings);
    const { limits, readBytesMax } = job;
    const scratch = () => openScratch(job.spoolRoot, file.name);
    const { content } = await openRecording(file, beside.sources, { decompressors, scratch, limits }, readBytesMax);
    await using _ = content;
    const format = formatNamed(job.format);
    const scaler = vouchedScaler(sharpScaler(), tellAlive);
    const signal = AbortSignal.timeout(PREVIEW_MS_MAX);
    const tools = { compressor, decompressors, limits, crc32, scaler, signal };
    if (format) tell({ type: 'preview', made: await makePreview(job, content.source, format, tools) });
    return { type: 'done' };
  } finally {
    await file.close();
  }
}

const openVouched = async (root: string, path: string): Promise<OpenSourceFile> =>
  vouchedSource(await fileDriveSource.open(root, path), tellAlive);

const pathFrom = ({ format, ...inspected }: Inspected, evidence?: RecordingEvidence): InspectedPath => ({
  ...inspected,
  format: format?.name ?? 'opaque',
  ...(evidence && { evidence }),
});

const changed = (job: ChunkerJob): ChunkerAnswer => ({
  type: 'failed',
  code: 'changed-while-read',
  message: `${job.path} changed after it was hashed: dock it again when its writer has finished`,
  retryable: true,
});

const failed = (error: unknown): ChunkerAnswer => ({ type: 'failed', ...plainError(error) });

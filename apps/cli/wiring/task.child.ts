/**
 * The process of one task: opens the store, carries the plan out, tells its parent how far it is. What it writes lies
 * under another name until it is whole, so that a task that is stopped leaves nothing that looks finished.
 */
import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32, crc32c } from '@node-rs/crc32';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { silentLog } from '@pitlane/base/telemetry';
import type { TaskSteps } from '@pitlane/catalog-api';
import { counted } from '@pitlane/base/units';
import { loadDecompressors, ZstdPool } from '@pitlane/compressor-zstd';
import {
  type ExportDeps,
  type ExportProgress,
  type RestoredEntry,
  runExport,
  runRestore,
  runSlice,
  runVerify,
  type VerifyProgress,
} from '@pitlane/stages/90-serve';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { openObjectStore, type StoreSpec } from '@pitlane/wiring';
import { buildDataset, freezeInTask } from './dataset-child.ts';
import { NodeQuestions } from './node-questions.ts';
import { readingStore } from './reading-store.ts';
import type { TaskAnswer, TaskJob, TaskOrder } from './task-protocol.ts';

const tell = (answer: TaskAnswer): void => void process.send?.(answer);
const stopped = new AbortController();
const drafts = new Set<string>();

const node = new NodeQuestions(tell);

process.on('message', (order: TaskOrder) => {
  if (order.type === 'reply') node.answered(order);
  else void run(order);
});
process.on('disconnect', () => void leave());
process.on('SIGTERM', () => void leave());
// Ctrl-C reaches the whole group; the parent decides what it means for a task.
process.on('SIGINT', () => {});
tell({ type: 'ready' });

/** A stopped task takes its draft away. */
async function leave(): Promise<void> {
  stopped.abort();
  for (const draft of drafts) await rm(draft, { force: true }).catch(() => {});
  process.exit(0);
}

async function run({ storeSpec, task }: TaskJob): Promise<void> {
  const compressor = new ZstdPool(2);
  try {
    const store = await storeOf(storeSpec, 'scratchFolder' in task ? task.scratchFolder : undefined);
    const deps = { store, crc32, crc32c, decompressors: await loadDecompressors(), signal: stopped.signal };
    tell({ type: 'result', result: await carryOut(task, { ...deps, compressor }) });
  } catch (error) {
    tell(failed(error));
  } finally {
    await compressor.close();
  }
}

/** A file store belongs to the node alone, which is asked; any other is opened here too. */
async function storeOf(spec: StoreSpec, scratchFolder: string | undefined): Promise<ObjectStore> {
  if (spec.kind !== 'file') return openObjectStore(spec, silentLog, stopped.signal);
  return readingStore(spec.root, node, scratchFolder);
}

type Deps = Omit<ExportDeps, 'append' | 'onProgress'> & { readonly store: ObjectStore; readonly crc32c: typeof crc32c };

function carryOut(task: TaskJob['task'], deps: Deps): Promise<object> {
  if (task.kind === 'export') {
    const onProgress = paced(({ messages, objects, objectsTotal }: ExportProgress) => {
      const steps = { done: objects, total: objectsTotal, unit: 'object' };
      tellProgress(
        `exporting  ${objects} of ${counted(objectsTotal, 'object')}, ${counted(messages, 'message')}`,
        steps,
      );
    });
    const { plan, format, note, out } = task;
    return exportTo(out, (append) => {
      const all = { ...deps, append, onProgress };
      return note === null ? runExport(plan, all) : runSlice({ plan, format, note }, all);
    });
  }
  if (task.kind === 'restore') {
    const total = task.plan.recordings.reduce((sum, { names }) => sum + names.length, 0);
    let done = 0;
    const onFile = ({ path }: RestoredEntry): void => {
      done += 1;
      tellProgress(`restored  ${done} of ${counted(total, 'file')}, last ${path}`, { done, total, unit: 'file' });
    };
    return runRestore(task.plan, { ...deps, outputFolder: task.out, onFile });
  }
  if (task.kind === 'freeze') return freezeInTask(task, { ...deps, node, tell: tellProgress });
  if (task.kind === 'build') return buildDataset(task, { ...deps, tell: tellProgress });
  const onProgress = paced(({ driveId, chunks, chunksTotal }: VerifyProgress) => {
    const steps = { done: chunks, total: chunksTotal, unit: 'object' };
    tellProgress(`verifying ${driveId}  ${chunks} of ${counted(chunksTotal, 'object')}`, steps);
  });
  return runVerify(task.plan, { ...deps, receiptKey: createPublicKey(task.receiptKeyPem), onProgress });
}

const tellProgress = (text: string, steps: TaskSteps): void => tell({ type: 'progress', text, steps });

const PROGRESS_MS = 200;

/** Lets one call through, and then none for a moment. */
function paced<T>(call: (value: T) => void): (value: T) => void {
  let lastMs = -Infinity;
  return (value) => {
    if (performance.now() - lastMs < PROGRESS_MS) return;
    lastMs = performance.now();
    call(value);
  };
}

type Append = (parts: readonly Uint8Array[]) => Promise<void>;

/** Gives the file its name when it is whole, and never over another. */
async function exportTo<T>(out: string, write: (append: Append) => Promise<T>): Promise<T> {
  if (existsSync(out)) throw taken(out);
  const draft = `${out}.${process.pid}.part`;
  const file = await open(draft, 'wx').catch((cause: unknown) => {
    const why = existsSync(dirname(out)) ? messageOf(cause) : `there is no folder ${dirname(out)}: make it first`;
    throw new PitlaneError('not-found', `${out} cannot be written: ${why}`, { cause });
  });
  drafts.add(draft);
  try {
    const result = await write(async (parts) => {
      for (const part of parts)
        for (let at = 0; at < part.byteLength; ) at += (await file.write(part, at)).bytesWritten;
    });
    await file.sync();
    await link(draft, out).catch((cause: unknown) => nameWithoutLink(draft, out, cause));
    return result;
  } finally {
    await file.close();
    await rm(draft, { force: true });
    drafts.delete(draft);
  }
}

/** Disks such as FAT know no hard links. */
async function nameWithoutLink(draft: string, out: string, cause: unknown): Promise<void> {
  if (existsSync(out)) throw taken(out);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(code)) throw cause;
  await rename(draft, out);
}

const taken = (out: string): PitlaneError =>
  new PitlaneError('already-exists', `${out} is there already: choose another name`);

function failed(error: unknown): TaskAnswer {
  if (error instanceof PitlaneError) {
    return { type: 'failed', code: error.code, message: error.message, retryable: error.retryable };
  }
  const code = error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? 'disk-full' : 'internal';
  return { type: 'failed', code, message: messageOf(error), retryable: false };
}

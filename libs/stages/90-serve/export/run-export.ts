/** Carries an export out: the merged messages into one indexed MCAP, inner chunks compressed beside the merge. */
import type { Append } from '@pitlane/formats/mcap';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { ExportPlan } from './export-plan.ts';
import { copyExtras } from './copy-extras.ts';
import { Merge, type MergeDeps } from './merged-messages.ts';
import { OutputFile } from './output-file.ts';

export interface ExportProgress {
  readonly messages: number;
  /** Objects of the plan that were opened so far, and all of them. */
  readonly objects: number;
  readonly objectsTotal: number;
}

export interface ExportDeps extends MergeDeps {
  readonly compressor: ChunkCompressor;
  readonly append: Append;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

export interface ExportResult {
  readonly messages: number;
  /** Size of the MCAP file. */
  readonly bytes: number;
  /** Requests to the object store, and what they brought. */
  readonly requests: number;
  readonly bytesRead: number;
}

/** A metadata record that the file begins with. */
export interface ExportNote {
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
}

export async function runExport(plan: ExportPlan, deps: ExportDeps, note?: ExportNote): Promise<ExportResult> {
  const merge = new Merge(plan, deps);
  const output = new OutputFile(deps.append, deps.crc32, deps.compressor);
  try {
    await output.start(plan.profile);
    if (note) await output.writer.addMetadata(note.name, note.entries);
    for await (const batch of merge.batches()) {
      for (const message of batch) {
        if (output.add(message)) await output.room();
      }
      deps.onProgress?.({ messages: output.messages, objects: merge.objectsOpened, objectsTotal: plan.objects.length });
    }
    await output.drain();
    for (const [name, bytes] of plan.extras) {
      await copyExtras(merge.bytes, `${plan.prefix}${name}`, bytes, output);
    }
    await output.finish();
  } finally {
    await output.settle();
  }
  return {
    messages: output.messages,
    bytes: output.bytes,
    requests: merge.bytes.requests,
    bytesRead: merge.bytes.bytesRead,
  };
}

/** Carries a slice out: ordered messages as MCAP or as NDJSON, with what is missing said in it. */
import { KIB } from '@pitlane/base/bytes';
import { Merge } from '../export/merged-messages.ts';
import { type ExportDeps, type ExportResult, runExport } from '../export/run-export.ts';
import { MessageLines } from './ndjson-lines.ts';
import type { SlicePlan } from './plan-slice.ts';
import { entriesOf, SLICE_METADATA } from './slice-note.ts';

const WRITE_BYTES = 64 * KIB;

export async function runSlice({ format, plan, note }: SlicePlan, deps: ExportDeps): Promise<ExportResult> {
  if (format === 'mcap') return runExport(plan, deps, { name: SLICE_METADATA, entries: entriesOf(note) });
  const merge = new Merge(plan, deps);
  const told = new MessageLines();
  let lines: string[] = [];
  let characters = 0;
  let [messages, bytes] = [0, 0];
  const write = async (): Promise<void> => {
    const part = Buffer.from(lines.join(''));
    [lines, characters] = [[], 0];
    bytes += part.byteLength;
    await deps.append([part]);
  };
  for await (const batch of merge.batches()) {
    await told.prepare(batch);
    for (const message of batch) {
      const line = told.lineOf(message);
      lines.push(line);
      characters += line.length;
      messages += 1;
      if (characters >= WRITE_BYTES) await write();
    }
    deps.onProgress?.({ messages, objects: merge.objectsOpened, objectsTotal: plan.objects.length });
  }
  lines.push(`${JSON.stringify({ slice: { ...note, messages } })}\n`);
  await write();
  return { messages, bytes, requests: merge.bytes.requests, bytesRead: merge.bytes.bytesRead };
}

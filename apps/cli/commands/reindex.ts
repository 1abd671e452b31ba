/** `pitlane reindex`: the catalog rebuilt from what lies in the store. */
import type { Command } from 'commander';
import { counted } from '@pitlane/base/units';
import { type CommandContext, Exit, finish } from '../command-context.ts';

interface Reindexed {
  readonly drives: number;
  readonly manifests: number;
  readonly receipts: number;
  readonly datasets: number;
  readonly resend: number;
  readonly refused: readonly { readonly manifest: string; readonly reason: string }[];
  readonly orphans: number;
  readonly orphanDrives: readonly string[];
}

const NAMED_MAX = 5;

export function reindexCommand(program: Command, context: CommandContext): void {
  const command = program.command('reindex').description('rebuild the catalog from what is stored, if it was lost');
  finish(command, context, 'pitlane reindex', async (run) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, async (node) => {
      const reindexed = await followTask<Reindexed>(node, 'reindex', {}, terminal);
      await followTask(node, 'derive', {}, terminal);
      return reindexed;
    });
    if (json) terminal.json(answer);
    else for (const line of linesOf(answer)) terminal.print(line);
    return answer.refused.length + answer.resend + answer.orphans > 0 ? Exit.failed : Exit.done;
  });
}

function* linesOf({
  drives,
  manifests,
  receipts,
  datasets,
  resend,
  refused,
  orphans,
  orphanDrives,
}: Reindexed): Generator<string> {
  const from = `${counted(manifests, 'manifest')} and ${counted(receipts, 'receipt')}`;
  yield `the catalog is rebuilt: ${counted(drives, 'drive')} from ${from} in the store`;
  if (datasets > 0) yield `and ${counted(datasets, 'dataset')}`;
  if (resend > 0)
    yield `${counted(resend, 'manifest')} without a receipt, as objects are missing or wrong: ingest that drive again`;
  for (const { reason } of refused)
    yield `left out: ${reason}; ingest its drive again, or make its dataset again, to have it made anew`;
  if (orphans === 0) return;
  const more = orphanDrives.length > NAMED_MAX ? ', …' : '';
  yield `${counted(orphans, 'chunk object')} in the store that no manifest names, below ${orphanDrives.slice(0, NAMED_MAX).join(', ')}${more}: dock that drive again, or let its docking end. What stays then is left of a cut that was given up`;
}

/** `pitlane restore`: the recordings of a drive back as files. */
import type { Command } from 'commander';
import { shown } from '../output/terminal.ts';
import { isWhole, sayUnfinished } from '../output/unfinished.ts';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface RestoreFlags extends CommonOptions {
  readonly out: string;
  readonly tenant?: string;
}

interface RestoreAnswer {
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly exact: boolean;
    readonly renamed?: string;
    /** What it was called, where it could not have that name here. */
    readonly originalPath?: string;
  }[];
  /** What came out of the store and is not what was promised. */
  readonly faults: readonly string[];
  readonly driveState: string;
}

export function restoreCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('restore')
    .argument('<drive>', 'a drive id')
    .description('write the log files of a drive back: logs message for message, other files byte for byte')
    .requiredOption('-o, --out <dir>', 'the folder to write to')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  finish<RestoreFlags>(command, context, 'pitlane restore DRIVE -o restored', async (run, [driveId]) => {
    const { options, terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const body = { driveId, tenant: options.tenant, out: run.path(options.out) };
    const { leftOutOf } = await import('../node/left-out.ts');
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, async (node) => {
      const restored = await followTask<RestoreAnswer>(node, 'restore', body, terminal);
      return { ...restored, leftOut: await leftOutOf(node, driveId as string, options.tenant) };
    });
    if (json) terminal.json(answer);
    else {
      const { textFromBytes } = await import('@pitlane/base/units');
      const { tableText } = await import('../output/table.ts');
      terminal.print(
        tableText(
          answer.files,
          [
            { title: 'file', value: ({ path }) => path },
            { title: 'size', value: ({ bytes }) => textFromBytes(bytes), align: 'right' },
            {
              title: 'proof',
              value: ({ exact }) =>
                exact ? 'same bytes' : isWhole(answer.driveState) ? 'same messages, by digest' : 'what is landed',
            },
          ],
          terminal,
        ),
      );
      for (const { path, renamed, originalPath } of answer.files) {
        const why = renamed ?? (originalPath === undefined ? undefined : `${originalPath} is ${path}`);
        if (why !== undefined) terminal.print(`renamed  ${shown(why)}`);
      }
      for (const { path, bytes, text } of answer.leftOut)
        terminal.print(`left out  ${shown(path)} (${textFromBytes(bytes)}): ${shown(text)}`);
      for (const fault of answer.faults) terminal.print(`${terminal.red('FAULT')}  ${fault}`);
    }
    const unfinished = sayUnfinished(driveId as string, answer.driveState, terminal);
    return answer.faults.length > 0 ? Exit.failed : unfinished;
  });
}

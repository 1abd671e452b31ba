/** `pitlane correct`: puts a wrong vehicle or wrong labels of a drive right, with who did so and why. */
import { userInfo } from 'node:os';
import { PitlaneError } from '@pitlane/base/errors';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface CorrectFlags extends CommonOptions {
  readonly vehicle?: string;
  readonly label?: Readonly<Record<string, string | null>>;
  readonly because: string;
  readonly tenant?: string;
  readonly by?: string;
}

interface Corrected {
  readonly driveId: string;
  readonly correctionId: string;
}

export function correctCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('correct')
    .argument('<drive>', 'a drive id')
    .description('put a wrong vehicle or wrong labels of a drive right; no byte is sent again')
    .requiredOption('--because <text>', 'why')
    .option('--vehicle <id>', 'whose drive it is')
    .option(
      '--label <name=value>',
      'a label as it should be; `name=` takes it away; may be given several times',
      addLabel,
    )
    .option('--tenant <name>', 'whose drive, where several have one of this id')
    .option('--by <name>', 'who says so (default: who runs this)');
  const example = "pitlane correct DRIVE --vehicle car-48 --label map=m13 --because 'the disk was in the wrong bay'";
  finish<CorrectFlags>(
    command,
    context,
    example,
    async ({ options, terminal, home, settings, json }, [driveId = '']) => {
      const { vehicle: vehicleId, label: labels, because: reason, tenant, by } = options;
      if (vehicleId === undefined && labels === undefined) {
        throw new PitlaneError(
          'bad-usage',
          'nothing is put right: name the vehicle with --vehicle, or labels with --label',
        );
      }
      const { nearestDrive } = await import('../node/unknown-names.ts');
      const { withNode } = await import('../wiring/with-node.ts');
      const body = { vehicleId, labels, reason, tenant, author: by ?? userInfo().username };
      const corrected = await withNode({ home, settings, signal: context.signal }, (node) =>
        nearestDrive(
          node,
          { drive: driveId, tenant },
          node.patch<Corrected>(`/v1/drives/${encodeURIComponent(driveId)}`, body),
        ),
      );
      if (json) terminal.json(corrected);
      else
        terminal.print(
          `${corrected.driveId} was put right (${corrected.correctionId}); \`pitlane sql 'SELECT * FROM corrections'\` tells all of them`,
        );
      return Exit.done;
    },
  );
}

function addLabel(text: string, before: Readonly<Record<string, string | null>> = {}): Record<string, string | null> {
  const [, name, value = ''] = /^([^=]{1,128})=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('expected name=value');
  return { ...before, [name]: value === '' ? null : value };
}

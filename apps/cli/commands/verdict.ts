/** `pitlane verdict`: is a drive complete? Of one in the catalog, or of what lies at a path. */
import { existsSync } from 'node:fs';
import { PitlaneError } from '@pitlane/base/errors';
import type { FindingFacts, Verdict, VerdictFacts } from '@pitlane/contracts/verdict';
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';
import type { NodeClient } from '../node/node-client.ts';

interface VerdictFlags extends CommonOptions {
  readonly profile?: string;
  readonly vehicle?: string;
  readonly tenant?: string;
  readonly full?: boolean;
}

const EXAMPLES = `pitlane verdict DRIVE
pitlane verdict /media/disk-1 --vehicle 47
pitlane verdict run-1.mcap --profile shuttle.json --json`;

export function verdictCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('verdict')
    .argument('<drive|path>', 'a drive in the catalog, or a file or folder that is not docked')
    .description('say whether a drive is complete: missing topics, gaps, low rates, dead cameras, GNSS without fix')
    .option('--profile <file>', 'of a path: judge by this profile (default: the one of the vehicle)')
    .option('--vehicle <id>', 'of a path: the car (default: as pitlane.drive.json has it)')
    .option('--full', 'of a path: read every message, cameras and GNSS too, and not the index alone')
    .option('--tenant <name>', 'of a drive: whose data');
  finish<VerdictFlags>(command, context, EXAMPLES, async (run, [target = '']) => {
    const { terminal, json } = run;
    const path = run.path(target);
    if (!existsSync(path) && target.includes('/'))
      throw new PitlaneError('not-found', `there is nothing at ${path}: check the path`);
    const verdicts = existsSync(path) ? await ofPath(path, run) : [await ofDrive(target, run)];
    if (json) {
      terminal.json({ verdicts });
      return Exit.done;
    }
    const { judgedText } = await import('../output/judged-text.ts');
    for (const verdict of verdicts) terminal.print(judgedText(verdict, terminal));
    return Exit.done;
  });
}

async function ofPath(target: string, run: Run<VerdictFlags>) {
  const { options, settings, home, context } = run;
  const { judgeAtPath } = await import('../wiring/judging.ts');
  const { profile, vehicle, full } = options;
  return judgeAtPath({
    path: target,
    home,
    settings,
    profileFile: profile === undefined ? undefined : run.path(profile),
    vehicleId: vehicle,
    reads: full === true,
    signal: context.signal,
  });
}

interface VerdictRow extends VerdictFacts {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
}

async function ofDrive(driveId: string, { options, settings, home, context, terminal }: Run<VerdictFlags>) {
  if (options.profile !== undefined || options.full === true || options.vehicle !== undefined)
    throw new PitlaneError(
      'bad-usage',
      `there is no ${driveId} on this disk, and a drive in the catalog is judged already: leave --profile, --vehicle and --full out`,
    );
  const { withNode } = await import('../wiring/with-node.ts');
  return withNode({ home, settings, signal: context.signal }, async (node) => {
    const query = { drive: driveId, tenant: options.tenant };
    const { verdicts } = await node.get<{ readonly verdicts: readonly VerdictRow[] }>('/v1/verdicts', query);
    const [row, other] = verdicts;
    if (!row) {
      const { hintsOnNames } = await import('../node/unknown-names.ts');
      for (const hint of await hintsOnNames(node, {
        drive: driveId,
        vehicle: undefined,
        topic: undefined,
        tenant: options.tenant,
      }))
        terminal.say(`hint: ${hint}`);
      throw new PitlaneError(
        'not-found',
        `there is no verdict on ${driveId}: it is neither on this disk nor judged in the catalog`,
      );
    }
    if (other) throw new PitlaneError('bad-usage', `${driveId} is a drive of several tenants: say which with --tenant`);
    return { ...row, isComplete: row.summary === 'complete', findings: await findingsOf(node, row) } satisfies Verdict;
  });
}

async function findingsOf(node: NodeClient, { driveId: drive, tenant }: VerdictRow): Promise<readonly FindingFacts[]> {
  const query = { drive, tenant, limit: 2000 };
  const { findings } = await node.get<{
    readonly findings: readonly (FindingFacts & { readonly occurrences: number })[];
  }>('/v1/findings', query);
  return findings.map(({ topic, kind, severity, startTime, endTime, expected, seen, unit, occurrences, text }) => {
    return { topic, kind, severity, startTime, endTime, expected, seen, unit, count: occurrences, text };
  });
}

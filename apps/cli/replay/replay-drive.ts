/** One replay of the command: asks the node for its plan, says what is missing, plays, and tells how it went. */
import { PitlaneError } from '@pitlane/base/errors';
import { CLOCK_TOPIC, isOnItsWay } from '@pitlane/stages/90-serve';
import type { Run } from '../command-context.ts';
import type { ReplayFlags } from '../commands/replay.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { followTask } from '../node/follow-task.ts';
import type { PlannedReplay } from '../wiring/plan-replay-task.ts';
import { withNode } from '../wiring/with-node.ts';
import { ZstdPool } from '../wiring/zstd.ts';
import { controlsFrom } from './control-lines.ts';
import { OutputStream } from './output-stream.ts';
import { lacksAnything, missingLines, missingSummary, reportJson, reportText } from './replay-text.ts';
import { type ReplayReport, type ReplayRun, runReplay } from './run-replay.ts';
import { McapSink, NdjsonSink, nowhere, type Sink } from './sinks.ts';

const CLOCK_HZ = 40;

export async function replayDrive(run: Run<ReplayFlags>, driveId: string): Promise<ExitCode> {
  const { options, terminal, context } = run;
  checkTogether(options);
  const planned = await planOf(run, driveId);
  const { missing } = planned.plan;
  for (const line of missingLines(missing)) terminal.say(line);
  if (options.missing === 'fail' && lacksAnything(missing)) throw incomplete(driveId, planned);
  if (options.clock !== undefined && planned.plan.messages.channels.some(({ topic }) => topic === CLOCK_TOPIC)) {
    throw new PitlaneError(
      'bad-usage',
      `the drive has a ${CLOCK_TOPIC} of its own: name other --topics, or leave --clock`,
    );
  }
  const pace = paceOf(options, planned);
  if (options.serve) {
    const { serveReplay } = await import('./foxglove/serve-replay.ts');
    await serveReplay(run, driveId, pace);
    return lacksAnything(missing) ? Exit.loss : Exit.done;
  }
  return playOut(run, driveId, pace, context.signal);
}

export type Pace = Omit<ReplayRun, 'sink' | 'signal'>;

function paceOf(options: ReplayFlags, planned: PlannedReplay): Pace {
  const clockHz = options.clock === true ? CLOCK_HZ : options.clock;
  const fast = isDigestAlone(options) ? Number.POSITIVE_INFINITY : 1;
  return {
    planned,
    speed: options.speed ?? fast,
    loop: options.loop === true,
    gapMaxMs: options.gapMax === undefined ? undefined : options.gapMax * 1000,
    clockEveryNs: clockHz === undefined ? undefined : BigInt(Math.round(1e9 / clockHz)),
    digest: options.digest === true,
  };
}

const isDigestAlone = (options: ReplayFlags): boolean =>
  options.digest === true && options.out === undefined && options.format === undefined && options.serve !== true;

async function playOut(run: Run<ReplayFlags>, driveId: string, pace: Pace, signal: AbortSignal): Promise<ExitCode> {
  const { options, terminal } = run;
  const { missing } = pace.planned.plan;
  const output = outputOf(run, signal);
  const compressor = options.format === 'mcap' ? new ZstdPool(1) : undefined;
  const controls = options.control === true ? controlsFrom(process.stdin, (text) => terminal.say(text)) : undefined;
  try {
    const { profile } = pace.planned.plan.messages;
    const sink: Sink = !output
      ? nowhere
      : compressor
        ? new McapSink(output, compressor, profile)
        : new NdjsonSink(output);
    const report = await runReplay({
      ...pace,
      sink,
      signal,
      isOver: () => output?.readerGone === true,
      onOpen: (replay) => controls?.steer(replay),
      onJump: ({ reason, toNs }) => terminal.say(`${reason === 'gap' ? 'jumped over a silence' : reason} to ${toNs}`),
    });
    if (output?.readerGone) return Exit.done;
    tell(run, driveId, report, pace, output?.isStdout === true);
    return lacksAnything(missing) ? Exit.loss : Exit.done;
  } catch (error) {
    if (signal.aborted && pace.loop) return Exit.done; // a loop ends when it is told to
    throw error;
  } finally {
    controls?.close();
    await compressor?.close();
  }
}

/** The report is the result, unless the messages are. */
function tell(run: Run<ReplayFlags>, driveId: string, report: ReplayReport, pace: Pace, stdoutIsTaken: boolean): void {
  const { terminal, json } = run;
  const { missing } = pace.planned.plan;
  if (json) {
    const told = reportJson(driveId, report, missing);
    return stdoutIsTaken ? terminal.say(JSON.stringify(told)) : terminal.json(told);
  }
  terminal.say(reportText(report, pace.speed));
  if (missing.length > 0) terminal.say(`not all of ${driveId} was played: ${missingSummary(missing)}`);
  if (report.digest === null) return;
  if (stdoutIsTaken) terminal.say(`digest ${report.digest}`);
  else terminal.print(report.digest);
}

function outputOf(run: Run<ReplayFlags>, signal: AbortSignal): OutputStream | undefined {
  const { options } = run;
  if (isDigestAlone(options)) return undefined;
  return options.out === undefined || options.out === '-'
    ? OutputStream.toStdout(signal)
    : OutputStream.toFile(run.path(options.out), signal);
}

function planOf(
  { options, home, settings, terminal, context }: Run<ReplayFlags>,
  driveId: string,
): Promise<PlannedReplay> {
  const { topics, start, end, tenant } = options;
  // Who may jump about is shown the state of wherever that is.
  const seekPrimer = options.serve || options.control ? (options.primer ?? 'all') : undefined;
  const primer = start === undefined && seekPrimer !== undefined ? undefined : (options.primer ?? seekPrimer);
  const body = { driveId, tenant, topics, start, end, primer, seekPrimer, wait: options.missing === 'wait' };
  return withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
    followTask<PlannedReplay>(node, 'plan-replay', body, terminal),
  );
}

function checkTogether(options: ReplayFlags): void {
  const { serve } = options;
  const unfit = (['out', 'format', 'digest', 'clock'] as const).find((name) => options[name] !== undefined);
  if (serve && unfit) throw new PitlaneError('bad-usage', `--${unfit} says nothing to --serve: leave one of them`);
}

/** What is on its way may be waited for; what is lost will not come. */
function incomplete(driveId: string, { plan: { missing } }: PlannedReplay): PitlaneError {
  const text = `${driveId} is not whole in this selection (${missingSummary(missing)}), and --missing fail was asked for`;
  return missing.some(isOnItsWay)
    ? new PitlaneError('unavailable', `${text}: run it again later, or with --missing wait`)
    : new PitlaneError('not-found', `${text}: --missing skip plays what is there`);
}

/** `pitlane verify`: objects read again and compared; or a receipt checked with nothing but its file and a public key. */
import type { Command } from 'commander';
import { PitlaneError } from '@pitlane/base/errors';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { Receipt } from '@pitlane/contracts/receipt';
import { shown, type Terminal } from '../output/terminal.ts';

interface VerifyFlags extends CommonOptions {
  readonly subset?: string;
  readonly tenant?: string;
  readonly receipt?: string;
  readonly key?: string;
}

type Colours = Pick<Terminal, 'green' | 'yellow' | 'red'>;

interface ObjectFault {
  readonly object: string;
  readonly fault: string;
}

/** So many faults of one object are printed; --json has all. */
const FAULTS_SHOWN = 5;

export interface VerifyAnswer {
  readonly drives: readonly {
    readonly driveId: string;
    readonly chunks: number;
    /** Objects beside the chunks that only a receipt names. */
    readonly signedAlone: number;
    readonly ok: boolean;
    readonly faults: readonly ObjectFault[];
  }[];
  /** What each drive has in all. */
  readonly of: readonly {
    readonly tenant: string;
    readonly driveId: string;
    readonly chunks: number;
    readonly receipts: number;
  }[];
}

export function verifyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('verify')
    .argument('[drive]', 'a drive id; all drives without it')
    .description('read what is stored again, and compare it with catalog, digests and receipt')
    .option('--subset <n/m>', 'only every m-th object, other ones each day, such as 1/30')
    .option('--tenant <name>', 'only the drives of this tenant')
    .option('--receipt <file>', 'check the receipts in this file instead, without a node; needs --key')
    .option('--key <file>', 'the public key (PEM) of who signed it');
  const example =
    'pitlane verify DRIVE\npitlane verify --subset 1/30\npitlane verify --receipt receipt.json --key receipts.pub.pem';
  finish<VerifyFlags>(command, context, example, (run, [driveId]) =>
    run.options.receipt === undefined ? verifyObjects(run, driveId) : verifyReceipt(run, run.options.receipt),
  );
}

async function verifyObjects(run: Run<VerifyFlags>, driveId: string | undefined): Promise<ExitCode> {
  const { options, terminal, home, settings, json, context } = run;
  if (options.subset !== undefined && !/^[1-9]\d*\/[1-9]\d*$/.test(options.subset)) {
    throw new PitlaneError('bad-usage', `--subset is "${options.subset}": expected two numbers, such as 1/30`);
  }
  const { withNode } = await import('../wiring/with-node.ts');
  const { followTask } = await import('../node/follow-task.ts');
  const body = { driveId, subset: options.subset, tenant: options.tenant };
  const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
    followTask<VerifyAnswer>(node, 'verify', body, terminal),
  );
  const bad = answer.drives.filter(({ ok }) => !ok);
  if (json) terminal.json(answer);
  else {
    for (const line of verifyLines(answer, terminal)) terminal.print(line);
    if (bad.length > 0)
      terminal.say(
        'Do not wipe the source of a faulty drive: move damaged objects away, then dock it again; what is missing is made anew.',
      );
  }
  if (!json && answer.drives.length === 0) terminal.say('there is nothing to verify: no drive is known here');
  if (bad.length > 0) return Exit.failed;
  return answer.of.some(({ receipts }) => receipts === 0) ? Exit.unfinished : Exit.done;
}

/** A line for each drive, what is wrong with it below. */
export function verifyLines({ drives, of }: VerifyAnswer, { green, yellow, red }: Colours): string[] {
  const isOfSeveral = new Set(of.map(({ tenant }) => tenant)).size > 1;
  return drives.flatMap(({ driveId, chunks, signedAlone, ok, faults }, i) => {
    const whole = of[i]; // in the same order
    const whose = isOfSeveral ? ` of ${whole?.tenant}` : '';
    const sound = whole?.receipts === 0 ? yellow('under way') : green('ok');
    const beside = signedAlone > 0 ? `, and ${counted(signedAlone, 'object')} that only a receipt names` : '';
    const looked = `${chunks} of ${counted(whole?.chunks ?? chunks, 'chunk')} looked at${beside}`;
    const receipt = whole?.receipts ? '' : '  no receipt yet';
    const head = `${ok ? sound : red('FAULTY')}  ${driveId}${whose}  ${looked}${receipt}`;
    return [head, ...faultLines(faults).map((line) => `  ${shown(line)}`)];
  });
}

/** Each object once, its faults below. */
function faultLines(faults: readonly ObjectFault[]): string[] {
  const byObject = new Map<string, string[]>();
  for (const { object, fault } of faults) {
    const texts = byObject.get(object);
    if (texts) texts.push(fault);
    else byObject.set(object, [fault]);
  }
  return [...byObject].flatMap(([object, texts]) => {
    const more = texts.length - FAULTS_SHOWN;
    const below = texts.slice(0, FAULTS_SHOWN).concat(more > 0 ? [`and ${more} more`] : []);
    return [object, ...below.map((text) => `  ${text}`)];
  });
}

async function verifyReceipt(run: Run<VerifyFlags>, file: string): Promise<ExitCode> {
  const { options, terminal, json } = run;
  if (options.key === undefined) {
    throw new PitlaneError('bad-usage', '--receipt needs --key FILE, the public key of who signed it');
  }
  const { checkReceiptFile } = await import('../output/receipt-file.ts');
  const receipts = await checkReceiptFile(run.path(file), run.path(options.key));
  if (json) {
    const checked = receipts.map(({ receiptId, keyId, body }) => ({ receiptId, keyId, ...body }));
    terminal.json(checked.length === 1 ? { ok: true, ...checked[0] } : { ok: true, receipts: checked });
  } else for (const receipt of receipts) terminal.print(`${terminal.green('ok')}  ${lineOf(receipt)}`);
  return Exit.done;
}

function lineOf({ receiptId, body }: Receipt): string {
  const { driveId, recordings, chunks, store, signedAt } = body;
  const bytes = textFromBytes(recordings.reduce((sum, recording) => sum + recording.bytes, 0));
  const what = `${counted(recordings.length, 'recording')} (${bytes}) as ${counted(chunks, 'chunk')}`;
  return `receipt ${receiptId}: ${driveId}, ${what} in ${store}, signed ${signedAt}`;
}

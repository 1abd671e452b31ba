/** `pitlane verify`: objects read again and compared; or a receipt checked with nothing but its file and a public key. */
import type { Command } from 'commander';
import { PitlaneError } from '@pitlane/base/errors';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { counted } from '@pitlane/base/units';
import { shown } from '../output/terminal.ts';

interface VerifyFlags extends CommonOptions {
  readonly subset?: string;
  readonly tenant?: string;
  readonly receipt?: string;
  readonly key?: string;
}

export interface VerifyAnswer {
  readonly drives: readonly {
    readonly driveId: string;
    readonly chunks: number;
    readonly ok: boolean;
    readonly faults: readonly { readonly fault: string }[];
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
    .option('--receipt <file>', 'check this receipt instead, without a node; needs --key')
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
    const tenants = new Set(answer.of.map(({ tenant }) => tenant));
    for (const [i, { driveId: id, chunks, ok, faults }] of answer.drives.entries()) {
      const whole = answer.of[i];
      const whose = tenants.size > 1 ? ` of ${whole?.tenant}` : '';
      const receipt = whole?.receipts ? '' : '  no receipt yet';
      const word = ok ? terminal.green('ok') : terminal.red('FAULTY');
      terminal.print(
        `${word}  ${id}${whose}  ${chunks} of ${counted(whole?.chunks ?? chunks, 'chunk')} looked at${receipt}`,
      );
      for (const { fault } of faults) terminal.print(`  ${shown(fault)}`);
    }
    if (bad.length > 0)
      terminal.say(
        'Do not wipe the source of a faulty drive: move damaged objects away, then dock it again; what is missing is made anew.',
      );
  }
  if (!json && answer.drives.length === 0) terminal.say('there is nothing to verify: no drive is known here');
  if (bad.length > 0) return Exit.failed;
  return answer.of.some(({ receipts }) => receipts === 0) ? Exit.unfinished : Exit.done;
}

async function verifyReceipt(run: Run<VerifyFlags>, file: string): Promise<ExitCode> {
  const { options, terminal, json } = run;
  if (options.key === undefined) {
    throw new PitlaneError('bad-usage', '--receipt needs --key FILE, the public key of who signed it');
  }
  const { checkReceiptFile } = await import('../output/receipt-file.ts');
  const receipt = await checkReceiptFile(run.path(file), run.path(options.key));
  const { driveId, chunks, store, signedAt } = receipt.body;
  if (json) terminal.json({ ok: true, receiptId: receipt.receiptId, keyId: receipt.keyId, ...receipt.body });
  else
    terminal.print(
      `${terminal.green('ok')}  receipt ${receipt.receiptId}: ${driveId}, ${counted(chunks, 'chunk')} in ${store}, signed ${signedAt}`,
    );
  return Exit.done;
}

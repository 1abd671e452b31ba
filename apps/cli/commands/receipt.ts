/** `pitlane receipt`: a drive's receipt as a file, to be kept and checked anywhere. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface ReceiptFlags extends CommonOptions {
  readonly out: string;
  readonly key?: string;
  readonly tenant?: string;
}

interface ReceiptAnswer {
  readonly driveId: string;
  readonly object: string;
  readonly receipt: string;
  readonly publicKeyPem: string;
}

export function receiptCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('receipt')
    .argument('<drive>', 'a drive id')
    .description("write a drive's receipt to a file: the signed word that all of it is stored")
    .requiredOption('-o, --out <file>', 'the file to write')
    .option('--key <file>', 'also write the public key that checks it')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  const example = 'pitlane receipt DRIVE -o receipt.json --key receipts.pub.pem';
  finish<ReceiptFlags>(command, context, example, async (run, [driveId = '']) => {
    const { options, terminal, home, settings, json } = run;
    const { nearestDrive } = await import('../node/unknown-names.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const { writeReceiptFile } = await import('../output/receipt-file.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      nearestDrive(
        node,
        { drive: driveId, tenant: options.tenant },
        node.get<ReceiptAnswer>(`/v1/drives/${encodeURIComponent(driveId)}/receipt`, { tenant: options.tenant }),
      ),
    );
    const out = run.path(options.out);
    await writeReceiptFile(out, answer.receipt);
    if (options.key !== undefined) await writeReceiptFile(run.path(options.key), answer.publicKeyPem);
    const { receiptId, keyId } = JSON.parse(answer.receipt) as { receiptId: string; keyId: string };
    if (json) terminal.json({ driveId, receiptId, keyId, file: out, object: answer.object });
    else terminal.print(`${out}: receipt ${receiptId}, signed with key ${keyId}`);
    return Exit.done;
  });
}

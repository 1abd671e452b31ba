/** `pitlane receipt`: a drive's receipts as a file, to be kept and checked anywhere. */
import type { Command } from 'commander';
import { counted } from '@pitlane/base/units';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';
import { shown } from '../output/terminal.ts';

interface ReceiptFlags extends CommonOptions {
  readonly out: string;
  readonly key?: string;
  readonly tenant?: string;
}

interface Recording {
  readonly recordingId: string;
  readonly path: string;
  readonly bytes: number;
}

interface ReceiptAnswer {
  readonly driveId: string;
  readonly publicKeyPem: string;
  /** Newest first; together they cover all recordings but those in `uncovered`. */
  readonly receipts: readonly {
    readonly object: string;
    readonly receipt: string;
    readonly recordings: readonly Recording[];
  }[];
  readonly uncovered: readonly Recording[];
}

const NAMED_MAX = 20;

export function receiptCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('receipt')
    .argument('<drive>', 'a drive id')
    .description("write a drive's receipts to a file: the signed word that all of it is stored")
    .requiredOption('-o, --out <file>', 'the file to write')
    .option('--key <file>', 'also write the public key that checks it')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  const example = 'pitlane receipt DRIVE -o receipt.json --key receipts.pub.pem';
  finish<ReceiptFlags>(command, context, example, async (run, [driveId = '']) => {
    const { options, terminal, home, settings, json } = run;
    const { nearestDrive } = await import('../node/unknown-names.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const { receiptFileText, writeReceiptFile } = await import('../output/receipt-file.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      nearestDrive(
        node,
        { drive: driveId, tenant: options.tenant },
        node.get<ReceiptAnswer>(`/v1/drives/${encodeURIComponent(driveId)}/receipt`, { tenant: options.tenant }),
      ),
    );
    const out = run.path(options.out);
    await writeReceiptFile(out, receiptFileText(answer.receipts.map(({ receipt }) => receipt)));
    if (options.key !== undefined) await writeReceiptFile(run.path(options.key), answer.publicKeyPem);
    const receipts = answer.receipts.map(({ receipt, object, recordings }) => {
      const { receiptId, keyId } = JSON.parse(receipt) as { receiptId: string; keyId: string };
      return { receiptId, keyId, object, recordings };
    });
    const { uncovered } = answer;
    const [newest] = receipts;
    if (json) {
      const { receiptId, keyId, object } = newest ?? {};
      terminal.json({ driveId, receiptId, keyId, file: out, object, receipts, uncovered });
    } else {
      for (const { receiptId, keyId, recordings } of receipts)
        terminal.print(`${out}: receipt ${receiptId}, signed with key ${keyId}, covers ${namesOf(recordings)}`);
    }
    if (uncovered.length === 0) return Exit.done;
    terminal.say(
      `in no receipt: ${namesOf(uncovered)}. Do not wipe the source: dock it again and wait for the receipt (\`pitlane why ${driveId}\` tells where it stands)`,
    );
    return Exit.failed;
  });
}

function namesOf(recordings: readonly Recording[]): string {
  const names = recordings.slice(0, NAMED_MAX).map(({ path }) => shown(path));
  const more = recordings.length > NAMED_MAX ? `, and ${recordings.length - NAMED_MAX} more` : '';
  return `${counted(recordings.length, 'recording')} (${names.join(', ')}${more})`;
}

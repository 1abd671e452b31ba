/** What an ingest came to: what landed, what compression saved, what was lost, the receipt, and what to try next. */
import type { ErrorCode } from '@pitlane/base/errors';
import { PitlaneError } from '@pitlane/base/errors';
import { textFromTimeNs } from '@pitlane/base/time';
import { textFromBytes, textFromCount, textFromSeconds } from '@pitlane/base/units';
import type { DriveResult, LossResult, RecordingResult, TopicSaving } from '@pitlane/garage';
import { Exit, type ExitCode, exitCodeOf, worstOf } from '../exit-codes.ts';
import { SETTINGS } from '../settings.ts';
import type { Ingested } from '../node/ingest-paths.ts';
import { counted } from './counted.ts';
import { type Column, tableText } from './table.ts';
import { shown, type Terminal } from './terminal.ts';

/** A drive without a receipt is unfinished; one with a loss is done with loss. */
export function exitCodeOfIngest({ drives, failures }: Ingested): ExitCode {
  return worstOf([
    ...failures.map(({ code, message }) => exitCodeOf(new PitlaneError(code as ErrorCode, message))),
    ...drives.map(({ receiptId, loss, skipped }) => {
      if (receiptId === null) return Exit.unfinished;
      return loss.length > 0 || skipped.some(({ reason }) => reason.startsWith('cannot')) ? Exit.loss : Exit.done;
    }),
  ]);
}

export function printIngested(drives: readonly DriveResult[], terminal: Terminal): void {
  for (const drive of drives) {
    printDrive(drive, terminal);
    terminal.print('');
  }
}

/** Commands to try next, as a shell takes them. */
export function sayNext(drives: readonly DriveResult[], terminal: Terminal, homeFlag?: string): void {
  const [first] = drives;
  if (!first) return;
  const tenant = first.tenant === SETTINGS.tenant.default ? '' : ` --tenant ${quoted(first.tenant)}`;
  const home = `${tenant}${homeFlag === undefined ? '' : ` --home ${quoted(homeFlag)}`}`;
  const id = quoted(first.driveId);
  terminal.say('next, try:');
  if (first.recordings.every(({ format }) => format === 'opaque')) {
    terminal.say(`  npx pitlane recordings --drive ${id}${home}`);
    terminal.say(`  npx pitlane restore ${id} -o ${id}${home}`);
    terminal.say(`  npx pitlane verify ${id}${home}`);
    return;
  }
  terminal.say(`  npx pitlane topics --drive ${id}${home}`);
  terminal.say(`  npx pitlane export ${id} -o ${id}.mcap${home}`);
  terminal.say(
    `  npx pitlane sql "SELECT topic, messages, bytes FROM topics WHERE drive_id = '${first.driveId}'"${home}`,
  );
}

function printDrive(drive: DriveResult, terminal: Terminal): void {
  const { bold, green, yellow, red } = terminal;
  terminal.print(`${bold(shown(drive.driveId))}  ${drive.receiptId ? green(drive.state) : yellow(drive.state)}`);
  terminal.print(tableText(drive.recordings, RECORDING_COLUMNS, terminal));
  terminal.print(landedText(drive));
  if (drive.savings.length > 0) {
    terminal.print('');
    terminal.print(tableText(topSavings(drive.savings), SAVING_COLUMNS, terminal));
    if (drive.savings.length > SAVINGS_SHOWN) terminal.print(`and ${drive.savings.length - SAVINGS_SHOWN} more topics`);
  }
  for (const { path, opaqueReason, notes } of drive.recordings) {
    if (opaqueReason) terminal.print(`${yellow('byte for byte')}  ${shown(path)}: ${shown(opaqueReason)}`);
    for (const note of notes) terminal.print(`note  ${shown(path)}: ${shown(note)}`);
  }
  for (const { path, reason } of drive.skipped)
    terminal.print(`${yellow('not taken')}  ${shown(path)}: ${shown(reason)}`);
  for (const loss of drive.loss) terminal.print(`${red('LOSS')}  ${lossText(loss)}`);
  if (drive.receiptId)
    terminal.print(`${green('receipt')} ${drive.receiptId}: every object was looked at in the store`);
  else terminal.print(`${yellow('no receipt yet')}: keep the disk; run the same command again to go on`);
}

function landedText({ chunks, chunksKnown, bytesIn, bytesLanded, recordings, timings }: DriveResult): string {
  const took = textFromSeconds(timings.totalMs / 1000);
  if (recordings.length > 0 && recordings.every(({ known }) => known)) {
    return `nothing had to be sent: all of it is landed and receipted (looked up in ${took})`;
  }
  const share = bytesIn > 0 ? ` (${percent(bytesLanded, bytesIn)} of it)` : '';
  const known = chunksKnown > 0 ? `, ${textFromCount(chunksKnown)} of them there before` : '';
  const sizes = `${textFromBytes(bytesIn)} in, ${textFromBytes(bytesLanded)} stored${share}`;
  return `landed ${counted(chunks, 'chunk')}${known}: ${sizes}, in ${took}`;
}

const SAVINGS_SHOWN = 12;

const RECORDING_COLUMNS: readonly Column<RecordingResult>[] = [
  { title: 'recording', value: ({ path }) => path },
  { title: 'format', value: ({ format }) => format },
  { title: 'size', value: ({ bytes }) => textFromBytes(bytes), align: 'right' },
  { title: 'messages', value: ({ messages }) => textFromCount(messages), align: 'right' },
  { title: 'topics', value: ({ topics }) => textFromCount(topics), align: 'right' },
  { title: '', value: ({ known }) => (known ? 'known before' : '') },
];

const SAVING_COLUMNS: readonly Column<TopicSaving>[] = [
  { title: 'topic', value: ({ topic }) => topic },
  { title: 'messages', value: ({ messages }) => textFromCount(messages), align: 'right' },
  { title: 'raw', value: ({ bytesRaw }) => textFromBytes(bytesRaw), align: 'right' },
  { title: 'stored', value: ({ bytesStored }) => textFromBytes(Math.round(bytesStored)), align: 'right' },
  { title: 'saved', value: ({ bytesRaw, bytesStored }) => percent(bytesRaw - bytesStored, bytesRaw), align: 'right' },
];

const topSavings = (savings: readonly TopicSaving[]): readonly TopicSaving[] =>
  [...savings].sort((a, b) => b.bytesRaw - a.bytesRaw).slice(0, SAVINGS_SHOWN);

const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.max(0, Math.round((100 * part) / whole))} %` : '';

function lossText({ path, text, offset, bytes, topics, startTime, endTime }: LossResult): string {
  const where = `${shown(path)}, bytes ${textFromCount(offset)} to ${textFromCount(offset + bytes)}`;
  const when =
    startTime !== null && endTime !== null
      ? `, ${textFromTimeNs(BigInt(startTime))} to ${textFromTimeNs(BigInt(endTime))}`
      : '';
  const what = topics.length > 0 ? `, ${topics.map(shown).join(' ')}` : '';
  return `${where}${when}${what}: ${shown(text)} (the bytes are kept)`;
}

/** As a shell takes it. */
const quoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

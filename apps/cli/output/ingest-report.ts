/** What an ingest came to: what landed, what compression saved, what was lost, the receipt, and what to try next. */
import { existsSync } from 'node:fs';
import type { ErrorCode } from '@pitlane/base/errors';
import { PitlaneError } from '@pitlane/base/errors';
import { textFromTimeNs } from '@pitlane/base/time';
import { clockWarnings } from '@pitlane/contracts/clock';
import { WITHHELD } from '@pitlane/contracts/topic-filter';
import { counted, textFromBytes, textFromCount, textFromSeconds } from '@pitlane/base/units';
import type { LossResult, RecordingResult, TopicSaving } from '@pitlane/garage';
import type { CommonOptions, Run } from '../command-context.ts';
import { Exit, type ExitCode, exitCodeOf, worstOf } from '../exit-codes.ts';
import { SETTINGS } from '../settings.ts';
import type { Ingested, IngestedDrive } from '../node/ingest-paths.ts';
import { homeFlag, shellWord } from './shell-words.ts';
import { type Column, tableText } from './table.ts';
import { shown, type Terminal } from './terminal.ts';
import { verdictText } from './verdict-text.ts';

/** Of the verdict; it has a command of its own. */
const FINDINGS_MAX = 8;

/**
 * A drive without a receipt is unfinished; one with a loss, or a sidecar that was not heeded, is done with loss. What was
 * withheld was wanted so.
 */
export function exitCodeOfIngest({ drives, failures }: Ingested): ExitCode {
  return worstOf([
    ...failures.map(({ code, message }) => exitCodeOf(new PitlaneError(code as ErrorCode, message))),
    ...drives.map(({ receiptId, loss, sidecarFaults, skipped }) => {
      if (receiptId === null) return Exit.unfinished;
      if (sidecarFaults.length > 0) return Exit.loss;
      return loss.some(({ reason }) => reason !== WITHHELD) || skipped.some(({ reason }) => reason.startsWith('cannot'))
        ? Exit.loss
        : Exit.done;
    }),
  ]);
}

export function printIngested(drives: readonly IngestedDrive[], terminal: Terminal): void {
  for (const drive of drives) {
    printDrive(drive, terminal);
    terminal.print('');
  }
}

export function sayFailures(failures: Ingested['failures'], terminal: Terminal): void {
  for (const { path, message } of failures) {
    const about = message.includes(path) ? message : `${path}: ${message}`;
    terminal.say(`pitlane: ${about.split('\n').map(shown).join('\n')}`);
  }
}

/** Commands to try next, as a shell takes them. */
export function sayNext(
  drives: readonly IngestedDrive[],
  terminal: Terminal,
  { options, path }: Pick<Run<CommonOptions>, 'options' | 'path'>,
): void {
  const [first] = drives;
  if (!first) return;
  const tenant = first.tenant === SETTINGS.tenant.default ? '' : ` --tenant ${shellWord(first.tenant)}`;
  const home = homeFlag(options.home);
  const flags = `${tenant}${home}`;
  const id = shellWord(first.driveId);
  terminal.say('next, try:');
  if (first.recordings.every(({ format }) => format === 'opaque')) {
    terminal.say(`  npx pitlane recordings --drive ${id}${flags}`);
    terminal.say(`  npx pitlane restore ${id} -o ${free(id, '', path)}${flags}`);
    terminal.say(`  npx pitlane verify ${id}${flags}`);
    return;
  }
  terminal.say(`  npx pitlane topics --drive ${id}${flags}`);
  terminal.say(`  npx pitlane export ${id} -o ${free(id, '.mcap', path)}${flags}`);
  terminal.say(
    `  npx pitlane sql "SELECT topic, messages, bytes FROM topics WHERE drive_id = '${first.driveId}'"${home}`,
  );
}

function printDrive(drive: IngestedDrive, terminal: Terminal): void {
  const { bold, green, yellow, red } = terminal;
  terminal.print(`${bold(shown(drive.driveId))}  ${drive.receiptId ? green(drive.state) : yellow(drive.state)}`);
  terminal.print(tableText(drive.recordings, RECORDING_COLUMNS, terminal));
  terminal.print(landedText(drive));
  if (drive.savings.length > 0) {
    terminal.print('');
    const savings = topSavings(drive.savings);
    terminal.print(tableText(savings, SAVING_COLUMNS, terminal));
    if (savings.some((saving) => savedText(saving).startsWith('≈')))
      terminal.print('≈ topics of the shared group share its saving');
    if (drive.savings.length > SAVINGS_SHOWN)
      terminal.print(`and ${counted(drive.savings.length - SAVINGS_SHOWN, 'more topic')}`);
  }
  for (const { path, opaqueReason, notes, clock } of drive.recordings) {
    if (opaqueReason) terminal.print(`${yellow('byte for byte')}  ${shown(path)}: ${shown(opaqueReason)}`);
    for (const note of notes) terminal.print(`note  ${shown(path)}: ${shown(note)}`);
    for (const told of clockWarnings(clock ?? undefined))
      terminal.print(`${yellow('clock')}  ${shown(path)}: ${shown(told)}`);
  }
  for (const { path, bytes, text } of drive.superseded) {
    const copy = `${shown(path)} (${textFromBytes(bytes)})`;
    terminal.print(`superseded  ${copy}: ${shown(text)}, so that queries and exports leave it out`);
  }
  for (const { path, reason } of drive.skipped)
    terminal.print(`${yellow('not taken')}  ${shown(path)}: ${shown(reason)}`);
  for (const { path, text } of drive.sidecarFaults)
    terminal.print(`${red('NOT HEEDED')}  ${shown(path)}: ${shown(text)}`);
  for (const loss of drive.loss) {
    if (loss.reason === WITHHELD)
      terminal.print(`${yellow('on the disk alone')}  ${shown(loss.path)}: ${shown(loss.text)}`);
    else terminal.print(`${red('LOSS')}  ${lossText(loss)}`);
  }
  const looks = previewText(drive);
  if (looks) terminal.print(looks);
  if (drive.verdict) terminal.print(verdictText(drive.verdict, terminal, FINDINGS_MAX));
  if (drive.receiptId)
    terminal.print(`${green('receipt')} ${drive.receiptId}: every object was looked at in the store`);
  else terminal.print(`${yellow('no receipt yet')}: keep the disk; run the same command again to go on`);
}

function landedText({ chunks, chunksKnown, bytesIn, bytesLanded, recordings, timings }: IngestedDrive): string {
  const took = textFromSeconds(timings.totalMs / 1000);
  if (recordings.length > 0 && recordings.every(({ known }) => known)) {
    return `nothing had to be sent: all of it is landed and receipted (looked up in ${took})`;
  }
  const share = bytesIn > 0 ? ` (${percent(bytesLanded, bytesIn)} of it)` : '';
  const known = chunksKnown > 0 ? `, ${textFromCount(chunksKnown)} of them there before` : '';
  const sizes = `${textFromBytes(bytesIn)} in, ${textFromBytes(bytesLanded)} stored${share}`;
  return `landed ${counted(chunks, 'chunk')}${known}: ${sizes}, in ${took}`;
}

/** Those that this docking made; what there was before needs no word. */
function previewText({ previews }: IngestedDrive): string | undefined {
  const made = previews.filter(({ known }) => !known);
  if (made.length === 0) return undefined;
  const [messages, frames] = [made.map((one) => one.messages), made.map((one) => one.frames)].map((counts) =>
    counts.reduce((sum, one) => sum + one, 0),
  ) as [number, number];
  const after = textFromSeconds(Math.max(...made.map(({ afterMs }) => afterMs)) / 1000);
  return `preview of ${counted(made.length, 'recording')}, there after ${after}: ${counted(messages, 'message')}, ${counted(frames, 'small frame')} among them`;
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
  { title: 'saved', value: savedText, align: 'right' },
];

/** A chunk may be larger than its data: that is no saving. */
export function savedText({ bytesRaw, bytesStored, shared }: TopicSaving): string {
  if (bytesStored > bytesRaw) return '–';
  const saved = percent(bytesRaw - bytesStored, bytesRaw);
  return shared && saved !== '' ? `≈ ${saved}` : saved;
}

const topSavings = (savings: readonly TopicSaving[]): readonly TopicSaving[] =>
  [...savings].sort((a, b) => b.bytesRaw - a.bytesRaw).slice(0, SAVINGS_SHOWN);

const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.max(0, Math.round((100 * part) / whole))} %` : '';

function lossText({ path, text, offset, bytes, keptIn, topics, startTime, endTime }: LossResult): string {
  const where = `${shown(path)}, bytes ${textFromCount(offset)} to ${textFromCount(offset + bytes)}`;
  const when =
    startTime !== null && endTime !== null
      ? `, ${textFromTimeNs(BigInt(startTime))} to ${textFromTimeNs(BigInt(endTime))}`
      : '';
  const what = topics.length > 0 ? `, ${topics.map(shown).join(' ')}` : '';
  return `${where}${when}${what}: ${shown(text)}${keptIn === null ? '' : ' (the bytes are kept)'}`;
}

/** A name that nothing has yet: what is there is never written over. */
function free(name: string, ending: string, path: (text: string) => string): string {
  for (let copy = 1; copy < FREE_NAMES_TRIED; copy += 1) {
    const candidate = `${name}${copy === 1 ? '' : `-${copy}`}${ending}`;
    if (!existsSync(path(candidate))) return candidate;
  }
  return `${name}${ending}`;
}

const FREE_NAMES_TRIED = 100;

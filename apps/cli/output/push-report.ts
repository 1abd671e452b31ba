/** What was pushed, for people, and how far a push is. */
import { type ErrorCode, PitlaneError } from '@pitlane/base/errors';
import { counted, textFromBytes } from '@pitlane/base/units';
import { type ExitCode, exitCodeOf, worstOf } from '../exit-codes.ts';
import type { FileToPush } from '../push/files-to-push.ts';
import type { Pushed } from '../push/push-files.ts';
import { bytesASecond, Pace } from './pace.ts';
import { Rewritten } from './rewritten.ts';
import { shown, type Terminal } from './terminal.ts';

export class PushProgressView {
  readonly #lines: Rewritten;
  readonly #totalBytes: number;
  readonly #pace = new Pace(bytesASecond);
  readonly #sent = new Map<string, number>();

  constructor(terminal: Terminal, files: readonly FileToPush[]) {
    this.#lines = new Rewritten(terminal);
    this.#totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  sent(filename: string, bytesSent: number): void {
    this.#sent.set(filename, bytesSent);
    const doneBytes = [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    const much = `pushed  ${textFromBytes(doneBytes)} of ${textFromBytes(this.#totalBytes)}`;
    const text = [much, ...this.#pace.facts(doneBytes, this.#totalBytes)].join('  ');
    this.#lines.show([`${text}  ${shown(filename)}`], text);
  }

  clear(): void {
    this.#lines.clear();
  }
}

interface PushReport extends Pushed {
  readonly vehicleId: string;
  readonly drive: string;
  readonly skipped: readonly string[];
  readonly to: string;
}

export function printPushed(report: PushReport, terminal: Terminal): void {
  const { uploads, failures, skipped, vehicleId, drive, to } = report;
  for (const { filename, bytes, known } of uploads) {
    terminal.print(`${shown(filename)}  ${textFromBytes(bytes)}  ${known ? 'was there already' : 'arrived, checked'}`);
  }
  if (failures.length === 0) {
    const what = counted(uploads.length, 'file');
    terminal.print(`${what} of ${vehicleId} in the drive ${drive} at ${to}, which takes them in from there`);
  }
  for (const filename of skipped) terminal.say(`not pushed: ${shown(filename)} is a link or no regular file`);
  for (const { filename, message } of failures) terminal.say(`pitlane: ${shown(filename)}: ${shown(message)}`);
}

export const exitCodeOfPush = ({ failures }: Pushed): ExitCode =>
  worstOf(failures.map(({ code, message }) => exitCodeOf(new PitlaneError(code as ErrorCode, message))));

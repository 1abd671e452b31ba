/** A docking while it goes on: a bar for each stage with bytes, rate and time left. */
import { basename } from 'node:path';
import { textFromBytes, textFromSeconds } from '@pitlane/base/units';
import { Rewritten } from './rewritten.ts';
import { shown, type Terminal } from './terminal.ts';

interface StageProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly totalKnown: boolean;
}

const BAR_CHARS = 24;

export class DockProgressView {
  readonly #lines: Rewritten;
  readonly #name: string;
  readonly #nowMs: () => number;
  /** When each stage moved its first byte. */
  readonly #begunMs = new Map<string, number>();

  constructor(terminal: Terminal, path: string, nowMs: () => number = () => performance.now()) {
    this.#lines = new Rewritten(terminal, nowMs);
    this.#name = shown(basename(path));
    this.#nowMs = nowMs;
  }

  show(stages: Readonly<Record<string, StageProgress>>): void {
    const entries = Object.entries(stages);
    const bars = entries.map(([stage, progress]) => `  ${stage.padEnd(6)} ${this.#bar(stage, progress)}`);
    const plain = entries.map(([stage, progress]) => `${stage} ${shareText(progress)}`).join(', ');
    this.#lines.show([this.#name, ...bars], `${this.#name}: ${plain}`);
  }

  clear(): void {
    this.#lines.clear();
  }

  #bar(stage: string, progress: StageProgress): string {
    const { doneBytes, totalBytes, totalKnown } = progress;
    const nowMs = this.#nowMs();
    if (doneBytes > 0 && !this.#begunMs.has(stage)) this.#begunMs.set(stage, nowMs);
    const share = totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : totalKnown ? 1 : 0;
    const filled = Math.round(share * BAR_CHARS);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)}`;
    const seconds = (nowMs - (this.#begunMs.get(stage) ?? nowMs)) / 1000;
    const rate = seconds > 0.5 && share < 1 ? doneBytes / seconds : 0;
    const left = rate > 0 && totalKnown ? `  ${textFromSeconds((totalBytes - doneBytes) / rate)} left` : '';
    const pace = rate > 0 ? `  ${textFromBytes(rate)}/s` : '';
    return `${bar} ${shareText(progress).padStart(5)}  ${textFromBytes(doneBytes).padStart(8)}${pace}${left}`;
  }
}

function shareText({ doneBytes, totalBytes, totalKnown }: StageProgress): string {
  if (totalBytes === 0) return totalKnown ? '100 %' : '–';
  const percent = Math.floor((100 * Math.min(doneBytes, totalBytes)) / totalBytes);
  return totalKnown ? `${percent} %` : `${Math.min(percent, 99)} %`;
}

/** A docking while it goes on: a bar for each stage for who watches, a line now and then for a log. */
import { basename } from 'node:path';
import { Rewritten } from './rewritten.ts';
import { type StageLine, StageLines, type Stages } from './stage-lines.ts';
import { shown, type Terminal } from './terminal.ts';

const BAR_CHARS = 24;
const FIGURE_CHARS = 9;

export class DockProgressView {
  readonly #terminal: Terminal;
  readonly #lines: Rewritten;
  readonly #name: string;
  readonly #nowMs: () => number;
  readonly #stages = new StageLines();

  constructor(terminal: Terminal, path: string, nowMs: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#lines = new Rewritten(terminal, nowMs);
    this.#name = shown(basename(path));
    this.#nowMs = nowMs;
  }

  show(stages: Stages): void {
    const lines = this.#stages.of(stages, this.#nowMs());
    this.#lines.show([this.#name, ...lines.map(barText)], `${this.#name}: ${lines.map(plainText).join('; ')}`);
  }

  /** Something worth reading at once; the bars come again below it. */
  tell(text: string): void {
    this.clear();
    this.#terminal.say(text);
  }

  clear(): void {
    this.#lines.clear();
  }
}

function barText({ stage, share = 0, shareText, facts }: StageLine): string {
  const filled = Math.round(share * BAR_CHARS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)}`;
  const [bytes = '', rate = '', ...more] = facts;
  return `  ${stage.padEnd(6)} ${[`${bar} ${shareText.padStart(5)}`, bytes.padStart(FIGURE_CHARS), rate.padStart(FIGURE_CHARS), ...more].join('  ')}`.trimEnd();
}

const plainText = ({ stage, shareText, facts }: StageLine): string =>
  `${stage} ${shareText}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;

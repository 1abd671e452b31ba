/** Lines that stay in place while they change; where nobody watches, a plain line every few seconds. */
import type { Terminal } from './terminal.ts';

const REDRAW_MS = 100;
const PLAIN_MS = 5000;

export class Rewritten {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #drawn = 0;
  #lastMs: number;

  constructor(terminal: Terminal, nowMs: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
    this.#lastMs = terminal.watched ? -Infinity : nowMs();
  }

  /** Shows `lines` unless something was shown a moment ago. @param plain what to say where nobody watches. */
  show(lines: readonly string[], plain: string = lines.join(', ')): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastMs < (this.#terminal.watched ? REDRAW_MS : PLAIN_MS)) return;
    this.#lastMs = nowMs;
    if (!this.#terminal.watched) {
      this.#terminal.say(plain);
      return;
    }
    const width = Math.max(20, (this.#terminal.stderr.columns || 80) - 1);
    const body = lines.map((line) => `\u001B[2K${line.slice(0, width)}\n`).join('');
    this.#terminal.stderr.write(`${this.#up()}${body}`);
    this.#drawn = lines.length;
  }

  /** Takes the lines away. */
  clear(): void {
    if (this.#drawn > 0) this.#terminal.stderr.write(`${this.#up()}\u001B[0J`);
    this.#drawn = 0;
  }

  #up(): string {
    return this.#drawn > 0 ? `\u001B[${this.#drawn}A\r` : '';
  }
}

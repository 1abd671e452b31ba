/** Where words go: results to stdout, talk to stderr. Colours only for people who watch and did not say no. */
import { writeSync } from 'node:fs';

/** Colours where results go to a terminal, or whatever they go to, or nowhere. */
export type Colours = 'terminal' | 'always' | 'never';

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly colours: Colours;
}

/** `FORCE_COLOR` goes before `NO_COLOR`, as in Node itself; a variable that is empty says nothing. */
export function coloursFrom(environment: Readonly<Record<string, string | undefined>>): Colours {
  const { FORCE_COLOR: force = '', NO_COLOR: no = '', TERM: kind } = environment;
  if (force !== '') return force === '0' || force === 'false' ? 'never' : 'always';
  return no !== '' || kind === 'dumb' ? 'never' : 'terminal';
}

export type Paint = (text: string) => string;

export class Terminal {
  readonly stderr: NodeJS.WriteStream;
  /** Someone watches the talk. */
  readonly watched: boolean;
  /** Results are looked at, and go into no file or pipe. */
  readonly isTerminal: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
  readonly #stdout: NodeJS.WriteStream;

  constructor({ stdout, stderr, colours }: TerminalOptions) {
    this.#stdout = stdout;
    this.stderr = stderr;
    this.watched = stderr.isTTY;
    this.isTerminal = stdout.isTTY;
    const painted = colours === 'always' || (colours === 'terminal' && stdout.isTTY);
    const paint =
      (on: number, off: number): Paint =>
      (text) =>
        painted ? `\u001B[${on}m${text}\u001B[${off}m` : text;
    this.bold = paint(1, 22);
    this.dim = paint(2, 22);
    this.green = paint(32, 39);
    this.yellow = paint(33, 39);
    this.red = paint(31, 39);
  }

  /** A result, one line or many. */
  print(text: string): void {
    write(this.#stdout, `${text}\n`);
  }

  json(value: unknown): void {
    write(this.#stdout, `${JSON.stringify(value, null, this.#stdout.isTTY ? 2 : undefined)}\n`);
  }

  /** Talk: what goes on, what to do next. */
  say(text: string): void {
    write(this.stderr, `${text}\n`);
  }
}

/** Pipes are written at once, so that a process that ends right after loses nothing. */
function write(stream: NodeJS.WriteStream, text: string): void {
  const { fd } = stream as NodeJS.WriteStream & { fd?: number };
  if (stream.isTTY || fd === undefined) stream.write(text);
  else writeWhole(fd, Buffer.from(text));
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EPIPE') return; // the reader, such as `head`, has seen enough
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** Text from outside, safe to show: control characters become visible, so that no file name moves the cursor. */
export function shown(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

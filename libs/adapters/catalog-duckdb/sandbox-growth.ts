/**
 * The calls that make much out of little inside one expression. DuckDB's memory limit does not see such values before
 * they exist, and an interrupt comes too late, so they are refused or bounded by what the parsed tree says of them.
 */
import { PitlaneError } from '@pitlane/base/errors';

export type Tree = Readonly<Record<string, unknown>>;

/** Make any length out of a number, or double in a loop. */
const BOMBS =
  /^(repeat|range|generate_series|generate_subscripts|(list|array)_resize|bar|bitstring|reduce|(list|array)_reduce)$/;
const PAD_MAX = 10_000;
const WIDTH_MAX_DIGITS = 3;
/** What these put together grows with each mention of one column. */
const BUILDERS =
  /^(\|\||concat(_ws)?|list_(concat|cat|value|pack)|array_(concat|cat|value|to_string)|struct_(pack|concat|insert)|row|map|json_(array|object|merge_patch))$/;
const GROWTH_MAX = 256;

const refused = (text: string): PitlaneError => new PitlaneError('refused', text);

export class GrowthBudget {
  #growth = 1;

  /** Throws `refused` for a call that may not run. `insideBuilder`: the call is part of one that was counted whole. */
  check(name: string, call: Tree, insideBuilder: boolean): void {
    if (BOMBS.test(name)) throw refused(`the function ${name}() is not allowed: it makes much out of nothing`);
    if (name === 'lpad' || name === 'rpad') this.#checkPad(name, call);
    if (name === 'printf' || name === 'format') this.#checkFormat(name, call);
    if (name === 'replace' || name === 'regexp_replace') this.#checkReplace(name, call);
    if (!insideBuilder && isBuilder(name)) this.#count(call);
  }

  #checkPad(name: string, call: Tree): void {
    const length = constantAt(call, 1);
    if (typeof length === 'number' && length <= PAD_MAX) return;
    throw refused(`${name}() takes a plain number up to ${PAD_MAX} as its length`);
  }

  #checkFormat(name: string, call: Tree): void {
    const format = constantAt(call, 0);
    const wide = new RegExp(`\\d{${WIDTH_MAX_DIGITS + 1}}|\\*|\\{[^{}]*\\{`);
    if (typeof format === 'string' && !wide.test(format)) return;
    throw refused(`${name}() takes a plain text as its format, with widths below 1000`);
  }

  #checkReplace(name: string, call: Tree): void {
    const [from, to] = [constantAt(call, 1), constantAt(call, 2)];
    const plain = typeof from === 'string' && typeof to === 'string';
    if (plain && to === '') return;
    if (plain && name === 'replace' && to.length <= from.length) return;
    throw refused(
      `${name}() takes plain texts here, and what it puts in may not be longer (regexp_replace: it only takes out)`,
    );
  }

  /** A builder that names a column n times makes it n times as long, and the next one multiplies that. */
  #count(call: Tree): void {
    const mentions = new Map<string, number>();
    countColumns(call, mentions);
    this.#growth *= Math.max(1, ...mentions.values());
    if (this.#growth > GROWTH_MAX) throw refused('the statement builds one value of another too many times over');
  }
}

export const isBuilder = (name: string): boolean => BUILDERS.test(name);

function constantAt(call: Tree, index: number): unknown {
  const child = (call['children'] as readonly Tree[] | undefined)?.[index];
  if (child?.['class'] !== 'CONSTANT') return undefined;
  return (child['value'] as Tree | undefined)?.['value'];
}

function countColumns(value: unknown, mentions: Map<string, number>): void {
  if (Array.isArray(value)) {
    for (const item of value) countColumns(item, mentions);
  } else if (value !== null && typeof value === 'object') {
    const names = (value as Tree)['column_names'];
    // Only the last part counts: "t.a" and "a" are one column.
    const last = Array.isArray(names) ? String(names.at(-1)).toLowerCase() : undefined;
    if (last !== undefined) mentions.set(last, (mentions.get(last) ?? 0) + 1);
    for (const item of Object.values(value)) countColumns(item, mentions);
  }
}

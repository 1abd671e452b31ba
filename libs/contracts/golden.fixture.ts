/**
 * Golden files: inputs and the outputs that they must give for ever, as JSON that people can read. A test hands in the
 * function for each list of cases; when an output has changed, the failure says what has to be raised.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface GoldenCase {
  readonly name: string;
  readonly input: unknown;
  readonly expected: unknown;
}

export interface Golden {
  /** The golden file's address. */
  readonly file: URL;
  /** What an operator's stored data depends on, and which version says so. */
  readonly raise: string;
  /** For each list of cases in the file, what makes the output from the input. */
  readonly makers: Readonly<Record<string, (input: never) => unknown>>;
}

export function describeGolden(title: string, { file, raise, makers }: Golden): void {
  const lists = JSON.parse(readFileSync(file, 'utf8')) as Record<string, GoldenCase[]>;
  describe(title, () => {
    it('has cases for every maker, and a maker for all cases', () => {
      expect(Object.keys(lists).sort()).toEqual(Object.keys(makers).sort());
      for (const [list, cases] of Object.entries(lists)) expect(cases.length, list).toBeGreaterThan(0);
    });
    for (const [list, cases] of Object.entries(lists)) {
      it.each(cases)(`${list}: $name`, ({ input, expected }) => {
        const made = makers[list]?.(input as never);
        expect(made, `${list} has changed, and stored data hangs on it: ${raise}`).toEqual(expected);
      });
    }
  });
}

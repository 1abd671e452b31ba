import { describe, expect, it } from 'vitest';
import { coloursFrom, Terminal } from './terminal.ts';

describe('colours', () => {
  it.each([
    [{}, 'terminal'],
    [{ NO_COLOR: '1' }, 'never'],
    [{ NO_COLOR: '' }, 'terminal'],
    [{ TERM: 'dumb' }, 'never'],
    [{ FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, 'always'],
    [{ FORCE_COLOR: '0' }, 'never'],
    [{ FORCE_COLOR: '' }, 'terminal'],
  ] as const)('of %j are for %s', (environment, colours) => {
    expect(coloursFrom(environment)).toBe(colours);
  });

  it.each([
    ['terminal', true, true],
    ['terminal', false, false],
    ['always', false, true],
    ['never', true, false],
  ] as const)('for %s, where results go to a terminal: %s', (colours, isTTY, isPainted) => {
    const stream = { isTTY } as NodeJS.WriteStream;
    const { red } = new Terminal({ stdout: stream, stderr: stream, colours });
    expect(red('LOSS')).toBe(isPainted ? '\u001B[31mLOSS\u001B[39m' : 'LOSS');
  });
});

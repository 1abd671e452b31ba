import { describe, expect, it } from 'vitest';
import { commandText, optionsFrom } from './command-line.ts';
import { blockOf, END, hasBlock, START, withBlock } from './table-block.ts';
import { goalText, memoryText, perSecondText, ratioText, tableText } from './table.ts';

const NAMES = ['ingest', 'sizes'];

describe('the table', () => {
  it('is markdown, keeps its columns whatever a cell holds, and marks what is empty', () => {
    const row = { question: 'q', measured: 'a|b\nc', pitlane: '1', against: '', ratio: '', goal: '', memory: '' };
    const lines = tableText([row]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('| q | a\\|b c | 1 | – | – | – | – |');
  });

  it('writes numbers with their units', () => {
    expect(ratioText({ median: 0.5, min: 0.4, max: 0.625 })).toBe('0.50× (0.40–0.63)');
    expect(perSecondText(5e9, 10_000)).toBe('500 MB/s');
    expect(memoryText({ proportionalBytesMax: 2e6, residentBytesMax: 3e6 })).toBe('2 MB (RSS sum 3 MB)');
    expect(goalText('< 1 s', false)).toBe('< 1 s: **not met**');
  });
});

describe('the block of a document', () => {
  const document = `# Title\n\n${START}\nold\n${END}\n\nprose\n`;

  it('is replaced, and the prose around it stays', () => {
    const written = withBlock(document, 'new');
    expect(blockOf(written)).toBe('new');
    expect(written.startsWith('# Title\n')).toBe(true);
    expect(written.endsWith('\n\nprose\n')).toBe(true);
    expect(withBlock(written, 'new')).toBe(written);
  });

  it('is missed aloud', () => {
    expect(hasBlock('# Title')).toBe(false);
    expect(() => withBlock('# Title', 'new')).toThrow(START);
  });
});

describe('the command line', () => {
  it('asks every question by default, and says how to ask the same again', () => {
    const options = optionsFrom([], NAMES);
    expect(options).toEqual({ questions: NAMES, seed: 7, pairs: 5, full: false, write: false });
    expect(commandText(options, NAMES)).toBe('npm run bench -- --seed 7 --pairs 5');
    const some = optionsFrom(['sizes', '--full', '--pairs', '3'], NAMES);
    expect(commandText(some, NAMES)).toBe('npm run bench -- sizes --full --seed 7 --pairs 3');
  });

  it('refuses what it does not know', () => {
    expect(() => optionsFrom(['speed'], NAMES)).toThrow('no question speed');
    expect(() => optionsFrom(['--pairs', '0'], NAMES)).toThrow('--pairs');
  });
});

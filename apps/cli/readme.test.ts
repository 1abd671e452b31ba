import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Exit } from './exit-codes.ts';
import { settingsMarkdown } from './settings.ts';

const README = new URL('../../README.md', import.meta.url);
const readme = await readFile(README, 'utf8');
const RUNBOOK = new URL('../../deploy/runbooks/replace-a-node.md', import.meta.url);
const runbook = await readFile(RUNBOOK, 'utf8');

describe('the README', () => {
  it('has the settings table that the code has (rewrite it with `vitest -u`)', async () => {
    const start = '<!-- settings:start -->';
    const end = '<!-- settings:end -->';
    const [before, rest] = readme.split(start);
    const after = rest?.split(end)[1];
    expect(after).toBeDefined();
    await expect(`${before}${start}\n${settingsMarkdown().trim()}\n${end}${after}`).toMatchFileSnapshot(
      README.pathname,
    );
  });

  it('names only commands that there are', async () => {
    const files = await readdir(new URL('./commands', import.meta.url));
    const lists = ['drives', 'recordings', 'topics', 'chunks', 'coverage', 'gaps', 'clocks'];
    const commands = new Set([...files.map((file) => file.replace(/(\.test)?\.ts$/, '')), ...lists]);
    const unknownIn = (text: string): string[] => {
      const named = [...text.matchAll(/npx pitlane ([a-z]+)/g)].map(([, command = '']) => command);
      expect(named.length).toBeGreaterThan(5);
      return named.filter((command) => !commands.has(command));
    };
    expect(unknownIn(readme)).toEqual([]);
    expect(unknownIn(runbook)).toEqual([]);
  });

  it('and the runbook name only settings that there are', () => {
    const known = new Set([...settingsMarkdown().matchAll(/`(PITLANE_[A-Z_]+)`/g)].map(([, name]) => name));
    const named = [...runbook.matchAll(/PITLANE_[A-Z_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every exit code', () => {
    const codes = [...readme.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(Exit));
  });
});

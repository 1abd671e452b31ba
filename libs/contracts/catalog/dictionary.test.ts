/** After a change of the views run `npx vitest run --config test/vitest.config.ts libs/contracts/catalog -u` to rewrite README.md. */
import { describe, expect, it } from 'vitest';
import { dataDictionaryMarkdown } from './dictionary.ts';
import { VIEWS } from './views/index.ts';

describe('the data dictionary', () => {
  it('is the README beside the views', async () => {
    await expect(dataDictionaryMarkdown()).toMatchFileSnapshot('./README.md');
  });

  it('names every column of every view', () => {
    const page = dataDictionaryMarkdown();
    expect(VIEWS.length).toBeGreaterThan(0);
    for (const { name, columns } of VIEWS) {
      expect(page).toContain(`\n## ${name}\n`);
      for (const column of columns) expect(page).toContain(`| \`${column.name}\` | \`${column.type}\` |`);
    }
  });
});

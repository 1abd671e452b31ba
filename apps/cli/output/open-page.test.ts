import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPage } from './open-page.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pitlane-open-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const URL_WITH_CODE = 'http://127.0.0.1:7420/board?a=1&b="2"#code=secret-code';

it('opens a page without telling anybody its address but the browser', async () => {
  const opener = join(home, 'opener');
  await writeFile(
    opener,
    `#!/bin/sh\necho "$@" > ${join(home, 'draft')}\nmv ${join(home, 'draft')} ${join(home, 'told')}\n`,
  );
  await chmod(opener, 0o700);
  for (let time = 0; time < 2; time += 1) await openPage(URL_WITH_CODE, home, opener);
  const told = (): Promise<string> => readFile(join(home, 'told'), 'utf8').catch(() => '');
  await expect.poll(told, { timeout: 20_000 }).toContain('board.html');
  expect(await readFile(join(home, 'told'), 'utf8')).not.toContain('secret-code');
  const page = join(home, 'board.html');
  expect(await readFile(page, 'utf8')).toContain(
    'url=http://127.0.0.1:7420/board?a=1&amp;b=&quot;2&quot;#code=secret-code',
  );
  expect((await stat(page)).mode & 0o777).toBe(0o600);
});

it('says that there is no browser', async () => {
  await expect(openPage(URL_WITH_CODE, home, join(home, 'none'))).rejects.toThrow(
    /no browser could be opened.*by hand/,
  );
});

/** The pages as they stand in the sources, built for a test into a folder of its own. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

let built: Promise<URL> | undefined;

/** Built once in a process. */
export function builtPages(): Promise<URL> {
  built ??= buildPages();
  return built;
}

async function buildPages(): Promise<URL> {
  const outDir = await mkdtemp(join(tmpdir(), 'pitlane-pages-'));
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir } });
  return pathToFileURL(`${outDir}/`);
}

/**
 * Reads the project's own tree once for the tidy tests: its files, what the code imports, and who owns a path.
 * It stands under every tidy test; each of them asserts that it was handed something to look at.
 * It never judges: the rules are in the tests beside it.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const ignoredFolders = new Set(['node_modules', 'dist', 'dist-web', '.git', '.cache', '.pitlane', '.services']);

/** Every file of the project, as a path from the root with forward slashes. */
export const files: readonly string[] = listFiles('');

/** The project's own code: what the layer and size rules speak of. */
export const codeFiles = files.filter((file) => /^(libs|apps|benchmarks|test)\/.*\.(tsx?|mjs|js)$/.test(file));

export const markdownFiles = files.filter((file) => file.endsWith('.md'));

function listFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => !ignoredFolders.has(entry.name))
    .flatMap((entry) => {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(name);
      return entry.isFile() ? [name] : [];
    })
    .toSorted();
}

export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

export interface Workspace {
  folder: string;
  name: string;
  /** What its package.json declares, by name. */
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** Every package.json of the project, the root's first. */
export const workspaces: readonly Workspace[] = files
  .filter((file) => path.basename(file) === 'package.json' && !file.includes('/fixtures/'))
  .map((file) => {
    const parsed = JSON.parse(textOf(file)) as Partial<Omit<Workspace, 'folder'>>;
    return {
      folder: path.dirname(file) === '.' ? '' : path.dirname(file),
      name: parsed.name ?? '',
      dependencies: parsed.dependencies ?? {},
      devDependencies: parsed.devDependencies ?? {},
    };
  })
  .toSorted((a, b) => a.folder.length - b.folder.length);

/** The workspace that a file lives in: the one with the longest folder above it. */
export function workspaceOf(file: string): Workspace {
  const owner = workspaces.findLast(({ folder }) => folder === '' || file.startsWith(`${folder}/`));
  if (!owner) throw new Error(`${file} is in no workspace`);
  return owner;
}

export interface Import {
  file: string;
  line: number;
  specifier: string;
}

/** All static and literal dynamic imports and re-exports of a file, with their lines. */
export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const requests = [
    ...module.staticImports.map((statement) => statement.moduleRequest),
    ...module.staticExports.flatMap((statement) => statement.entries.map((entry) => entry.moduleRequest)),
    ...module.dynamicImports.map((expression) => expression.moduleRequest),
  ];
  return requests.flatMap((request) => {
    const literal = request && /^(['"`])([^$]*)\1$/.exec(text.slice(request.start, request.end));
    if (!request || !literal?.[2]) return [];
    return [{ file, line: text.slice(0, request.start).split('\n').length, specifier: literal[2] }];
  });
}

/** A file's code with every comment blanked out, lines kept. */
export function withoutComments(file: string): string {
  let text = textOf(file);
  for (const { start, end } of parseSync(file, text).comments) {
    text = text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ') + text.slice(end);
  }
  return text;
}

export function isTest(file: string): boolean {
  return /\.(test|fixture)\.ts$/.test(file) || file.startsWith('test/') || file.startsWith('benchmarks/');
}

/**
 * The layer rules of the design as data, and the judgement of one import by them.
 * It stands between the source tree and the layer test.
 * It never reads a file: what it is told about an import is all it knows.
 */
import path from 'node:path';
import type { Import, Workspace } from './source-tree.ts';

/** What the product code of each shelf may import of ours, beside its own shelf. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  contracts: ['base'],
  formats: ['base'],
  ports: ['base', 'contracts'],
  stages: ['base', 'contracts', 'formats', 'ports'],
  adapters: ['base', 'contracts', 'ports'],
  clients: [],
  wiring: ['base', 'contracts', 'ports'],
  apps: ['base', 'contracts', 'formats', 'ports', 'stages'],
};

/** Where a path belongs: its shelf, and the unit in it (a stage, an adapter, an app, a folder of base). */
interface Place {
  shelf: string;
  unit: string;
}

export function placeOf(file: string): Place {
  const [top = '', second = '', third = ''] = file.split('/');
  return top === 'libs' ? { shelf: second, unit: third } : { shelf: top, unit: second };
}

/** The files that put a program together: the only ones in the product that know an adapter by name. */
export function isWiring(file: string): boolean {
  return (
    /^apps\/[^/]+\/main\.ts$/.test(file) ||
    /^apps\/cli\/wiring\/[^/]+\.ts$/.test(file) ||
    /^libs\/wiring\/(trials\/)?[^/]+\.ts$/.test(file) ||
    /^apps\/.+\.(child|worker)\.ts$/.test(file)
  );
}

/** What is wrong with an import by product code, or undefined. */
export function layerFault({ file, specifier }: Import, workspaces: readonly Workspace[]): string | undefined {
  if (specifier.startsWith('.')) return relativeFault(file, specifier, workspaces);
  if (!specifier.startsWith('@pitlane/')) return undefined;
  const [name = '', unit = ''] = specifier.slice('@pitlane/'.length).split(/\/(.*)/s);
  const target = workspaces.find((workspace) => workspace.name === `@pitlane/${name}`);
  if (!target) return `there is no package @pitlane/${name}`;
  const to = placeOf(`${target.folder}/${unit}`);
  const from = placeOf(file);
  if (to.shelf === 'apps') {
    const puts = from.shelf === 'apps' && (from.unit === 'cli' || /^apps\/[^/]+\/main\.ts$/.test(file));
    if (puts && unit === '') return undefined;
    return puts
      ? 'of another app, import its assemble.ts alone (the package root)'
      : 'only apps/cli and a main.ts import other apps';
  }
  if (to.shelf === 'adapters' && !(from.shelf === 'adapters' && from.unit === to.unit)) {
    return isWiring(file)
      ? undefined
      : 'an adapter is imported only where a program is wired (main.ts, apps/cli/wiring)';
  }
  if (to.shelf === 'wiring') {
    return isWiring(file) || file === 'apps/cli/settings.ts'
      ? undefined
      : 'wiring is imported only where a program is wired (main.ts, apps/cli/wiring, apps/cli/settings.ts)';
  }
  return from.shelf === to.shelf ? undefined : shelfFault(from.shelf, to.shelf);
}

function shelfFault(from: string, to: string): string | undefined {
  const allowed = mayImport[from];
  if (!allowed) return `there is no layer rule for ${from}`;
  return allowed.includes(to) ? undefined : `${from} may import ${allowed.join(', ') || 'nothing of ours'}, not ${to}`;
}

function relativeFault(file: string, specifier: string, workspaces: readonly Workspace[]): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const home = workspaces.findLast(({ folder }) => folder !== '' && file.startsWith(`${folder}/`));
  if (home && !target.startsWith(`${home.folder}/`)) return 'a relative import stays in its own package';
  const from = placeOf(file);
  if (from.shelf === 'stages' && placeOf(target).unit !== from.unit) {
    return 'another stage is imported by its name (@pitlane/stages/NN-name), never by its inside';
  }
  return undefined;
}

/** What is wrong with an import by a test, or undefined: tests may reach any shelf, but no other stage's inside. */
export function testLayerFault({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (target.startsWith('..')) return 'it leaves the project';
  const [from, to] = [placeOf(file), placeOf(target)];
  if (from.shelf === 'test' || from.shelf === 'benchmarks' || to.shelf === 'test') return undefined;
  return from.shelf === to.shelf && from.unit === to.unit
    ? undefined
    : ['base', 'contracts', 'formats', 'ports', 'wiring'].includes(from.shelf) && from.shelf === to.shelf
      ? undefined
      : 'a test reaches its own folder, test/, and other packages by their names';
}

import { describe, expect, it } from 'vitest';
import { textOf, workspaces } from './source-tree.ts';

interface LockEntry {
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
}

const locked = (JSON.parse(textOf('package-lock.json')) as { packages: Record<string, LockEntry> }).packages;

describe('packages', () => {
  it('were looked at', () => {
    expect(workspaces.length).toBeGreaterThan(10);
  });

  it('pin what comes from outside to one exact version, types apart', () => {
    const loose = workspaces.flatMap(({ folder, dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name]) => !name.startsWith('@pitlane/') && !name.startsWith('@types/'))
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${folder || 'root'}: ${name} ${version}`),
    );
    expect(loose).toEqual([]);
  });

  it('agree with each other on the version of each dependency', () => {
    const versions = new Map<string, Set<string>>();
    for (const { dependencies, devDependencies } of workspaces) {
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }
    expect(versions.size).toBeGreaterThan(0);
    expect([...versions].filter(([, seen]) => seen.size > 1).map(([name]) => name)).toEqual([]);
  });

  it('are locked without the address of a registry, and sealed where the package was seen', () => {
    const installed = Object.entries(locked).filter(([place]) => place.includes('node_modules/'));
    expect(installed.length).toBeGreaterThan(10);
    expect(installed.filter(([, { resolved = '' }]) => /^[a-z+]+:/.test(resolved)).map(([place]) => place)).toEqual([]);
    // What complete-lock.mjs added for other platforms has no integrity; everything else must have it.
    const unsealed = installed.filter(
      ([, entry]) => !entry.link && !entry.integrity && !(entry.optional && (entry.os ?? entry.cpu)),
    );
    expect(unsealed.map(([place]) => place)).toEqual([]);
  });

  it('run an install script only where the root package.json allows it by name', () => {
    const { allowScripts } = JSON.parse(textOf('package.json')) as { allowScripts: Record<string, boolean> };
    const scripted = Object.entries(locked)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([place]) => place.replace(/^.*node_modules\//, ''));
    expect(scripted.length).toBeGreaterThan(0);
    expect(scripted.filter((name) => !(name in allowScripts))).toEqual([]);
  });

  it('are locked for every platform, or npm ci refuses the lock (then run test/tidy/complete-lock.mjs)', () => {
    const named = Object.entries(locked).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => ({ place, name })),
    );
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter(
      ({ place, name }) => !locked[`${place}/node_modules/${name}`] && !locked[`node_modules/${name}`],
    );
    expect(missing).toEqual([]);
  });
});

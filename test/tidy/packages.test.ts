import { describe, expect, it } from 'vitest';
import { textOf, workspaces } from './source-tree.ts';

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

  it('are locked with integrity and without the address of a registry', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean }>;
    };
    const installed = Object.entries(packages).filter(([place]) => place.includes('node_modules/'));
    expect(installed.length).toBeGreaterThan(10);
    expect(installed.filter(([, { resolved = '' }]) => /^[a-z+]+:/.test(resolved)).map(([place]) => place)).toEqual([]);
    const unsealed = installed.filter(([, entry]) => !entry.link && !entry.inBundle && !entry.integrity);
    expect(unsealed.map(([place]) => place)).toEqual([]);
  });
});

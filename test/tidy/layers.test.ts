import { describe, expect, it } from 'vitest';
import { layerFault, testLayerFault } from './layers.ts';
import { codeFiles, importsOf, isTest, withoutComments, workspaceOf, workspaces } from './source-tree.ts';
import type { Import } from './source-tree.ts';

const imports = codeFiles.flatMap(importsOf);

function faultsIn(judge: (one: Import) => string | undefined, judged: Import[]): string[] {
  return judged.flatMap((one) => {
    const fault = judge(one);
    return fault ? [`${one.file}:${one.line} imports ${one.specifier}: ${fault}`] : [];
  });
}

describe('the layers', () => {
  it('were looked at in more than a handful of files', () => {
    expect(codeFiles.length).toBeGreaterThan(10);
    expect(imports.length).toBeGreaterThan(10);
    expect(workspaces.length).toBeGreaterThan(10);
  });

  it('are kept by every import in product code', () => {
    const product = imports.filter(({ file }) => !isTest(file));
    expect(product.length).toBeGreaterThan(0);
    expect(faultsIn((one) => layerFault(one, workspaces), product)).toEqual([]);
  });

  it('are kept by tests, which reach other packages by name', () => {
    expect(
      faultsIn(
        testLayerFault,
        imports.filter(({ file }) => isTest(file)),
      ),
    ).toEqual([]);
  });

  it.each([
    ['libs/base/flow/index.ts', '@pitlane/contracts/identity'],
    ['libs/contracts/plan/index.ts', '@pitlane/formats/recording'],
    ['libs/formats/mcap/index.ts', '@pitlane/ports/compressor'],
    ['libs/stages/40-chunk/index.ts', '../30-stage/inside.ts'],
    ['libs/stages/40-chunk/index.ts', '@pitlane/compressor-zstd'],
    ['libs/adapters/spool-files/index.ts', '@pitlane/stages/40-chunk'],
    ['libs/adapters/spool-files/index.ts', '@pitlane/compressor-zstd'],
    ['apps/garage/assemble.ts', '@pitlane/spool-files'],
    ['apps/garage/assemble.ts', '@pitlane/lander'],
    ['apps/cli/up.ts', '@pitlane/lander/inside'],
    ['apps/garage/main.ts', '@pitlane/catalog-api/inside'],
    ['apps/cli/up.ts', '../lander/assemble.ts'],
  ])('do not let %s import %s', (file, specifier) => {
    expect(layerFault({ file, line: 1, specifier }, workspaces)).toBeTypeOf('string');
  });

  it.each([
    ['libs/stages/40-chunk/index.ts', '@pitlane/stages/30-stage'],
    ['libs/stages/40-chunk/index.ts', './cut.ts'],
    ['apps/garage/main.ts', '@pitlane/spool-files'],
    ['apps/cli/wiring/embedded.ts', '@pitlane/spool-files'],
    ['apps/cli/up.ts', '@pitlane/lander'],
    ['apps/garage/main.ts', '@pitlane/catalog-api'],
  ])('let %s import %s', (file, specifier) => {
    expect(layerFault({ file, line: 1, specifier }, workspaces)).toBeUndefined();
  });
});

describe('what comes from outside', () => {
  it('is declared in the package.json of the package that imports it', () => {
    const rootPackage = workspaces[0];
    const undeclared = imports
      .filter(({ specifier }) => !/^(\.|\/|#|node:|data:|https?:)/.test(specifier))
      .filter(({ file, specifier }) => {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        const home = workspaceOf(file);
        // A boot file lets a worker start from sources; it is not used where only the build is installed.
        if (name === 'tsx' && /(^|\/)[^/]*boot\.(mjs|js|ts)$/.test(file)) return false;
        if (name === home.name || name in home.dependencies || name in home.devDependencies) return false;
        return !(isTest(file) && (name.startsWith('@pitlane/') || name in (rootPackage?.devDependencies ?? {})));
      })
      .map(({ file, line, specifier }) => `${file}:${line} imports ${specifier}`);
    expect(undeclared).toEqual([]);
  });

  it('reads the environment in main.ts alone', () => {
    const readers = codeFiles
      .filter((file) => !isTest(file) && !/^apps\/[^/]+\/main\.ts$/.test(file))
      .filter((file) => /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\[['"]env['"]\]/.test(withoutComments(file)));
    expect(readers).toEqual([]);
  });
});

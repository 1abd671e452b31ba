import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { files, markdownFiles, root, textOf, workspaces } from './source-tree.ts';

const readmeFolders = [
  '.',
  'libs',
  'libs/base',
  'libs/contracts',
  'libs/formats',
  'libs/ports',
  'libs/stages',
  'libs/adapters',
  'libs/decisions',
  'apps',
  'benchmarks',
  'deploy',
  'test',
];

describe('documents', () => {
  it('were looked at', () => {
    expect(markdownFiles.length).toBeGreaterThan(5);
  });

  it('stand at the door of every shelf', () => {
    expect(
      readmeFolders.map((folder) => path.posix.join(folder, 'README.md')).filter((file) => !files.includes(file)),
    ).toEqual([]);
  });

  it('or an opening comment stand at the door of every app and adapter', () => {
    const packages = workspaces.filter(({ folder }) => /^(apps|libs\/adapters)\//.test(folder));
    expect(packages.length).toBeGreaterThan(0);
    const silent = packages
      .map(({ folder }) => folder)
      .filter((folder) => {
        if (files.includes(`${folder}/README.md`)) return false;
        const faces = ['index.ts', 'assemble.ts', 'main.ts'].map((name) => `${folder}/${name}`);
        return !faces.some((face) => files.includes(face) && textOf(face).startsWith('/**'));
      });
    expect(silent).toEqual([]);
  });

  it('have relative links that lead somewhere', () => {
    const broken = markdownFiles.flatMap((file) => {
      const prose = textOf(file).replaceAll(/```[\s\S]*?```/g, '');
      return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^([a-z]+:|#|\/\/)/i.test(link))
        .filter((link) => {
          const target = path.join(root, path.dirname(file), decodeURIComponent(link.replace(/[#?].*$/, '')));
          return !target.startsWith(root) || !existsSync(target);
        })
        .map((link) => `${file}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('and code name no folder of one particular machine', () => {
    // The brackets keep this file from finding itself.
    const machines = /(?<![\w.~-])\/(?:wor[k]\/|roo[t]\/|User[s]\/\w|hom[e]\/\w)/;
    const texts = files.filter((file) => /\.(ts|mjs|js|md|json|ya?ml|sh|html|css|py|toml)$|^\.ci\//.test(file));
    expect(texts.length).toBeGreaterThan(10);
    const found = texts
      .filter((file) => !/^deploy\/|\/(golden|fixtures)\//.test(file))
      .filter((file) => machines.test(textOf(file)));
    expect(found).toEqual([]);
  });
});

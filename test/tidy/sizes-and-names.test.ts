import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeFiles, files, textOf, withoutComments } from './source-tree.ts';

const maxLines = 400;
const emptyNames = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared']);
const ownFolders = /^(libs|apps|benchmarks|test|deploy)\//;

describe('files', () => {
  it('were looked at', () => {
    expect(codeFiles.length).toBeGreaterThan(10);
  });

  it(`have at most ${maxLines} lines`, () => {
    const sized = files.filter(
      (file) =>
        /\.(tsx?|mjs|js|css|html|py|sql|sh)$/.test(file) && !/\/(golden|fixtures|vendor|generated)\//.test(file),
    );
    expect(sized.length).toBeGreaterThan(0);
    const tooLong = sized
      .map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > maxLines)
      .map(({ file, lines }) => `${file}: ${lines} lines`);
    expect(tooLong).toEqual([]);
  });

  it('have kebab-case names that say what is in them', () => {
    const named = files.filter((file) => ownFolders.test(file) && /\.(tsx?|mjs|js|css|html|sh)$/.test(file));
    expect(named.length).toBeGreaterThan(0);
    const badlyNamed = named.filter((file) =>
      file.split('/').some((part, index, parts) => {
        const isName = index === parts.length - 1;
        const words = isName ? part.split('.').slice(0, -1) : [part];
        return words.some((word) => emptyNames.has(word) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(word));
      }),
    );
    expect(badlyNamed).toEqual([]);
  });
});

describe('code', () => {
  it('leaves no test switched off or singled out', () => {
    const switched = /\b(?:it|test|describe)(?:\.concurrent)?\.(?:skip|only|todo)\(/;
    const tests = codeFiles.filter((file) => file.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((file) => switched.test(withoutComments(file)))).toEqual([]);
  });

  it('leaves no note to do something later', () => {
    // The brackets keep this file from finding itself.
    const later = /\b(TO[D]O|FIX[M]E)\b/;
    const found = files.filter((file) => ownFolders.test(file) && /\.(tsx?|mjs|js|md|sh)$/.test(file));
    expect(found.filter((file) => later.test(textOf(file)))).toEqual([]);
  });

  it('opens each index.ts and assemble.ts with what it does', () => {
    const faces = codeFiles.filter((file) => ['index.ts', 'assemble.ts'].includes(path.basename(file)));
    expect(faces.length).toBeGreaterThan(0);
    expect(faces.filter((file) => !textOf(file).startsWith('/**'))).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireData, requirePython } from './requires.ts';

describe('what tests need from outside', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is taken from the place that a variable names', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pitlane-data-'));
    vi.stubEnv('PITLANE_TEST_DATA', folder);
    expect(requireData()).toBe(folder);
    rmSync(folder, { recursive: true });
  });

  it('is an error, never a skip, when a variable names a place where nothing is', () => {
    vi.stubEnv('PITLANE_TEST_PYTHON', path.join(tmpdir(), 'no-such-folder', 'python'));
    expect(() => requirePython()).toThrow('PITLANE_TEST_PYTHON');
  });
});

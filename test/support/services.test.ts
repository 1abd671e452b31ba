import { afterEach, describe, expect, it, vi } from 'vitest';
import { serviceAt } from './services.ts';

describe('a service that tests need', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is found where its variable says', () => {
    vi.stubEnv('PITLANE_TEST_FOUND', 'http://127.0.0.1:1');
    expect(serviceAt('PITLANE_TEST_FOUND')).toBe('http://127.0.0.1:1');
  });

  it('is missed once on stderr, with the way to start it', () => {
    vi.stubEnv('CI', '');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const found = [serviceAt('PITLANE_TEST_MISSED'), serviceAt('PITLANE_TEST_MISSED')];
    const said = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    expect(found).toEqual([undefined, undefined]);
    expect(said.length).toBe(1);
    expect(said[0]).toMatch(/SKIPPING .*PITLANE_TEST_MISSED.*services\.mjs run/);
  });

  it('may not be missing in CI', () => {
    vi.stubEnv('CI', 'true');
    expect(() => serviceAt('PITLANE_TEST_NONE')).toThrow('PITLANE_TEST_NONE');
  });
});

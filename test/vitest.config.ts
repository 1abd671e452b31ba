/** The one test configuration: sources are run as they stand, without a build. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@pitlane/source'] },
  ssr: { resolve: { conditions: ['@pitlane/source'], externalConditions: ['@pitlane/source'] } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{libs,apps,benchmarks,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    // At least two: the tests of faults wait for brokers most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Wide: a test that hangs fails, one on a crowded machine does not.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

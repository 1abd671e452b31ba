/** The one test configuration: sources are run as they stand, without a build. CI also gets a report that it can count. */
import { defineConfig } from 'vitest/config';

const inCi = process.env['CI'] === 'true';

export default defineConfig({
  resolve: { conditions: ['@pitlane/source'] },
  ssr: { resolve: { conditions: ['@pitlane/source'], externalConditions: ['@pitlane/source'] } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{libs,apps,benchmarks,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    ...(inCi ? { reporters: ['default', ['json', { outputFile: '.cache/vitest-report.json' }]] } : {}),
  },
});

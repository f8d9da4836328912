import { defineConfig } from 'vitest/config'

/** Suites that stand still for half a minute on purpose; `npm test` is without them. */
export default defineConfig({
  test: {
    name: 'long',
    pool: 'forks',
    include: ['packages/*/test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})

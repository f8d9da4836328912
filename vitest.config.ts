import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const NODE = 24
if (!process.versions.node.startsWith(`${NODE}.`)) {
  throw new Error(
    `Tests run on Node ${NODE}, this is ${process.version}: use npm test, or put node_modules/.bin first in PATH`,
  )
}

/**
 * Threads and processes that tests start read TypeScript as Node does, through a WebAssembly module of each thread's own. Where many threads
 * come and go V8 may free what they share twice, and the process ends (`WasmImportWrapperCache::Free`, Node 24.18). What is in
 * the compile cache needs no such module, and such a thread starts in half the time.
 */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'node')

const PACKAGES = [
  'contract',
  'workflow',
  'engine',
  'store-sqlite',
  'store-redis',
  'wake-queue-bullmq',
  'host',
  'server',
  'agentkit',
  'sdk',
  'mcp',
  'dashboard',
  'cli',
]

/** Suites that start processes of their own. */
const PROCESSES = [
  'packages/*/test/{processes,faults}/**/*.test.ts',
  'packages/cli/test/dev.test.ts',
  'examples/test/run.test.ts',
  'scripts/test/processes/**/*.test.ts',
  'deploy/test/processes/**/*.test.ts',
  'load/test/processes/**/*.test.ts',
]

/** Those of vitest-long.config.ts. */
const LONG = 'packages/*/test/long/**/*.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // Deadlines for what hangs, not for what is slow: two busy cores must not fail a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...PACKAGES.map((name) => ({
        extends: true as const,
        test: { name, include: [`packages/${name}/test/**/*.test.ts`], exclude: [...PROCESSES, LONG] },
      })),
      { extends: true, test: { name: 'scripts', include: ['scripts/test/**/*.test.ts'], exclude: PROCESSES } },
      { extends: true, test: { name: 'examples', include: ['examples/test/**/*.test.ts'], exclude: PROCESSES } },
      { extends: true, test: { name: 'load', include: ['load/test/**/*.test.ts'], exclude: PROCESSES } },
      { extends: true, test: { name: 'deploy', include: ['deploy/test/**/*.test.ts'], exclude: PROCESSES } },
      {
        extends: true,
        // After all others and one at a time: their processes need the machine.
        test: {
          name: 'processes',
          include: PROCESSES,
          testTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

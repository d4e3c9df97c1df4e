import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** `npm test` runs every file; `npm run test:long` runs, at full length, those that are named after it. */
export default defineConfig(({ mode }) => ({
  test: {
    include: [`packages/*/test/**/*${mode === 'long' ? '.long' : ''}.test.ts`],
    provide: { isLong: mode === 'long' },
    // Files share a process: most of the time would go into loading the same libraries again. A test leaves nothing behind.
    isolate: false,
    // One more than there are processors: a test often waits, for the disk, a timer or another process.
    maxWorkers: availableParallelism() + 1,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    slowTestThreshold: 10_000,
    disableConsoleIntercept: true
  }
}))

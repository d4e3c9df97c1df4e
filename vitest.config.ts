import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    expect: { poll: { timeout: 30_000, interval: 50 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true
  }
})

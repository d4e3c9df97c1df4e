import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const isLong = ({ moduleId }: TestSpecification) => moduleId.endsWith('.long.test.ts')

/** What takes longest, also in its short form, begins first, so that nothing is waited for at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/**
 * Which files each mode runs: `npm test`, `npm run test:long` (the same files at full length), `npm run test:mutations`, and
 * `npm run pictures`, which takes the pictures in docs/.
 */
const files: Record<string, string> = {
  test: '*.test.ts',
  long: '*.long.test.ts',
  mutations: '*.mutations.ts',
  pictures: '*.pictures.ts'
}

/**
 * The threads of the store begin with what the server's do, one file of `program/`, and not with dozens of `dist/`, which takes half
 * as long again: every app that a test opens has such a thread.
 */
const threads = {
  name: 'threads',
  enforce: 'pre' as const,
  transform: (code: string) =>
    code.replace(/(new URL\('(?:\.\.\/)+)dist\/(?:[\w-]+\/)*([\w-]+-thread\.js', import\.meta\.url\))/g, '$1program/$2')
}

export default defineConfig(({ mode }) => ({
  plugins: [threads],
  test: {
    include: [`packages/*/test/**/${files[mode]}`],
    provide: { isLong: mode === 'long' },
    // What is to be typed for a program depends on whether npm has started it: here nothing has, whoever runs the tests.
    env: { npm_package_json: '' },
    // Files share a process: most of the time would go into loading the same libraries again. A test leaves nothing behind.
    isolate: false,
    // Two more than there are processors: a test often waits, for the disk, a timer or another process.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongFirst },
    expect: { poll: { timeout: 30_000, interval: 50 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    slowTestThreshold: 10_000,
    disableConsoleIntercept: true
  }
}))

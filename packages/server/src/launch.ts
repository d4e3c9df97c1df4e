import { descriptorLimit, descriptorsMin } from './connections/descriptors.ts'
import { exit, fail } from './failure.ts'

/** Looks at what even loading the program needs, and then runs it. */
export async function launch(argv: readonly string[]): Promise<void> {
  const limit = descriptorLimit()
  if (limit < descriptorsMin) {
    const words = `A server needs ${descriptorsMin} file descriptors and may have only ${limit}: raise that with ulimit -n 1024 (systemd: LimitNOFILE=).`
    return fail(exit.cannotStart, words)
  }
  const { main } = await import('./main.ts')
  await main(argv)
}

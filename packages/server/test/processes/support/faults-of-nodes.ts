import { setTimeout as wait } from 'node:timers/promises'
import type { FarNodes } from './far-nodes.ts'
import type { ServerProcess } from './server-process.ts'

/** Something that breaks, and is mended. */
export interface Fault {
  /** What it befalls: no two befall the same at the same time. */
  of: string
  /** Break it, and mend it after so long. */
  happen(nodes: FarNodes, ms: number): Promise<void>
}

const signal = async ({ servers }: FarNodes, n: number, ms: number) => {
  const { pid } = servers[n] as ServerProcess
  process.kill(pid, 'SIGSTOP')
  await wait(ms)
  process.kill(pid, 'SIGCONT')
}

const faultsOfNode = (n: number): Record<string, Fault> => {
  const [of, server] = [`node${n + 1}`, `server ${n + 1}`]
  return {
    [`${server} is killed and comes back`]: {
      of,
      async happen(nodes, ms) {
        await nodes.servers[n]?.end('SIGKILL')
        await wait(ms / 4)
        await nodes.startAgain(n)
      }
    },
    [`${server} stands still`]: { of, happen: (nodes, ms) => signal(nodes, n, ms) },
    [`the link of ${server} is cut`]: {
      of,
      async happen({ lan }, ms) {
        lan.cut(of)
        await wait(ms)
        lan.mend(of)
      }
    },
    ...Object.fromEntries(
      ['postgres', 'nats'].map((engine): [string, Fault] => [
        `${server} and ${engine} do not reach each other`,
        {
          of,
          async happen({ lan }, ms) {
            lan.part(of, engine)
            await wait(ms)
            lan.join(of, engine)
          }
        }
      ])
    )
  }
}

const standsStill = (engine: 'nats' | 'postgres'): Fault => ({
  of: engine,
  async happen(nodes, ms) {
    nodes[engine].freeze()
    await wait(ms)
    nodes[engine].thaw()
  }
})

/** By what is said of them. */
export const faults: Record<string, Fault> = {
  'NATS is killed and comes back': {
    of: 'nats',
    async happen({ nats }, ms) {
      await nats.stop()
      await wait(ms)
      await nats.start()
    }
  },
  'NATS stands still': standsStill('nats'),
  'PostgreSQL stands still': standsStill('postgres'),
  'PostgreSQL crashes and comes back': {
    of: 'postgres',
    async happen({ postgres }, ms) {
      await postgres.stop('immediate')
      await wait(ms / 2)
      await postgres.start()
    }
  },
  ...faultsOfNode(0),
  ...faultsOfNode(1),
  ...faultsOfNode(2)
}

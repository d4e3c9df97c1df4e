import { setTimeout as wait } from 'node:timers/promises'
import type { MessagePage, SignedIn } from '@tertulia/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withEngines } from '../support/engines.ts'
import { noNats } from '../support/nats-engine.ts'
import { noPostgres } from '../support/postgres-engine.ts'
import { isLong, length } from '../support/test-length.ts'
import { Follower } from './support/follower.ts'
import { Nodes } from './support/nodes.ts'
import type { ServerProcess } from './support/server-process.ts'

const missing = noPostgres ?? noNats
const sent = length({ short: 60, long: 1_500 })
const raced = 4_000

describe.skipIf(missing)(`three servers on one PostgreSQL${missing ? ` (${missing})` : ''}`, { timeout: 300_000 }, () => {
  const engines = withEngines()

  async function open(bus: 'nats' | 'postgres') {
    const nodes = await Nodes.start(await engines.postgres.createDatabase(), {
      bus: bus === 'nats' ? engines.nats.url : undefined
    })
    onTestFinished(() => nodes.end())
    const { token } = (await ask(`${nodes.balancer.url}/v1/users`, '', { name: 'ana' })) as SignedIn
    const { cursor } = await newest(nodes.balancer.url, token)
    const follow = async (server: ServerProcess) => {
      const follower = new Follower(() => `${server.url}/v1/rooms/general/events`, token, cursor)
      onTestFinished(() => follower.end())
      await follower.until('synced')
      return follower
    }
    return { nodes, token, followers: await Promise.all(nodes.servers.map(follow)) }
  }

  /** Say so much through the balancer, each until it is acknowledged, some at a time; gives the ids by text. */
  async function say(url: string, token: string, count: number): Promise<Map<string, number>> {
    const ids = new Map<string, number>()
    let next = 0
    const writer = async () => {
      for (let mine = next++; mine < count; mine = next++) {
        const text = `number ${mine}`
        const { id } = (await ask(`${url}/v1/rooms/general/messages`, token, { text }, `key-${mine}`)) as { id: number }
        ids.set(text, id)
      }
    }
    await Promise.all(Array.from({ length: 12 }, writer))
    return ids
  }

  /** What a follower has of what was said, by text; a text that came twice counts as a fault. */
  function told({ events }: Follower): Map<string, number> {
    const ids = new Map<string, number>()
    for (const event of events) {
      if (event.type !== 'message.created') continue
      expect(ids.has(event.message.text ?? '')).toBe(false)
      ids.set(event.message.text ?? '', event.message.id)
    }
    return ids
  }

  const faults: Record<string, (nodes: Nodes) => Promise<void>> = {
    'nothing fails': async () => {},
    'a server is killed and comes back': async (nodes) => {
      await nodes.servers[2]?.end('SIGKILL')
      await nodes.startAgain(2)
    },
    'NATS is killed and comes back': async () => {
      await engines.nats.stop()
      await wait(300)
      await engines.nats.start()
    },
    'NATS stands still for a while': async () => {
      engines.nats.freeze()
      await wait(1_000)
      engines.nats.thaw()
    },
    'PostgreSQL stands still for a while': async () => {
      engines.postgres.freeze()
      await wait(1_000)
      engines.postgres.thaw()
    },
    'PostgreSQL crashes and comes back': async () => {
      await engines.postgres.stop('immediate')
      await engines.postgres.start()
    },
    'a server stands still for a while': async ({ servers }) => {
      process.kill((servers[0] as ServerProcess).pid, 'SIGSTOP')
      await wait(1_000)
      process.kill((servers[0] as ServerProcess).pid, 'SIGCONT')
    },
    'NATS is gone while PostgreSQL stands still and a server is killed': async (nodes) => {
      await engines.nats.stop()
      engines.postgres.freeze()
      await nodes.servers[1]?.end('SIGKILL')
      await wait(1_000)
      engines.postgres.thaw()
      await engines.nats.start()
      await nodes.startAgain(1)
    }
  }
  const chosen = Object.entries(faults).slice(...length({ short: [1, 2], long: [0] }))

  test.each(chosen)('what is acknowledged anywhere reaches followers of each once and in order when %s', async (_what, fault) => {
    const { nodes, token, followers } = await open('nats')
    const saying = say(nodes.balancer.url, token, sent)
    await fault(nodes)
    const ids = await saying
    expect(ids.size).toBe(sent)
    const last = Math.max(...ids.values())
    for (const follower of followers) {
      await follower.until(last)
      expect(told(follower)).toEqual(ids)
    }
    for (const { url } of nodes.servers) expect((await newest(url, token)).messages.at(-1)?.id).toBe(last)
  })

  test.runIf(isLong)('without NATS, PostgreSQL carries the news', async () => {
    const { nodes, token, followers } = await open('postgres')
    const ids = await say(nodes.balancer.url, token, sent)
    for (const follower of followers) {
      await follower.until(Math.max(...ids.values()))
      expect(told(follower)).toEqual(ids)
    }
  })

  test.runIf(isLong)('the same request to two servers at the same time is one message', async () => {
    const { nodes, token, followers } = await open('nats')
    const [one, other] = nodes.servers as [ServerProcess, ServerProcess]
    const send = ({ url }: ServerProcess, mine: number) =>
      ask(`${url}/v1/rooms/general/messages`, token, { text: `race ${mine}` }, `race-${mine}`) as Promise<{ id: number }>
    const ids = new Set<number>()
    let next = 0
    const racer = async () => {
      for (let mine = next++; mine < raced; mine = next++) {
        const [first, second] = await Promise.all([send(one, mine), send(other, mine)])
        expect(second.id).toBe(first.id)
        ids.add(first.id)
      }
    }
    await Promise.all(Array.from({ length: 8 }, racer))
    expect(ids.size).toBe(raced)
    await followers[2]?.until(Math.max(...ids))
    expect(told(followers[2] as Follower).size).toBe(raced)
  })
})

/** Ask until it is answered with success, with the same key: whatever fails meanwhile, it is carried out once. */
async function ask(url: string, token: string, body: object, key = ''): Promise<unknown> {
  const headers: Record<string, string> = { 'content-type': 'application/json', connection: 'close' }
  if (token !== '') headers.authorization = `Bearer ${token}`
  if (key !== '') headers['idempotency-key'] = key
  for (;;) {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000)
    }).catch(() => undefined)
    if (answer?.ok) return answer.json()
    if (answer && answer.status < 500) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer?.body?.cancel()
    await wait(50)
  }
}

async function newest(url: string, token: string): Promise<MessagePage> {
  const answer = await fetch(`${url}/v1/rooms/general/messages`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as MessagePage
}

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

/** As many as are wanted, or as the descriptors of one process allow, with some to spare. */
const count = Math.min(
  length({ short: 300, long: 10_000 }),
  Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout.replace(/\D.*/s, '')) - 500
)
const rounds = length({ short: 1, long: 3 })
/**
 * How much memory may stay behind, in bytes: a seventh of what so many open streams take, and something for what is compiled on the
 * way. What allocators and tables keep after the first round is used again: no more may stay behind after all those that follow.
 */
const leftBytesMax = 4 * 1024 * 1024 + count * 2048
const grownBytesMax = 4 * 1024 * 1024 + count * 1024

const program = fileURLToPath(new URL('support/many-followers.mjs', import.meta.url))

test(`with ${count} streams open a message is sent and reaches all of them; when they have gone, nothing of them is left`, {
  timeout: 15 * 60_000
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-streams-'))
  const server = await ServerProcess.start(join(folder, 'chat.db'), { collects: true })
  /** One connection, so that it is always the same one that counts. */
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(async () => {
    agent.destroy()
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const { token } = (await ask('POST', `${server.url}/v1/users`, { agent, json: { name: 'ana' } })).body
  const messages = `${server.url}/v1/rooms/general/messages`
  const send = () => ask('POST', messages, { token, agent, json: { text: 'hi' } })
  await send()
  // The thread that searches begins with the first search at the latest, and opens files of its own.
  while (!(await ask('GET', `${server.url}/v1/search?q=hi`, { token, agent })).body.complete);
  const streams = async () => {
    const { body } = await ask('GET', `${server.url}/metrics`, { agent })
    return Number(/^tertulia_streams\{format="ndjson"\} (\d+)$/m.exec(body)?.[1])
  }
  /** But for the kernel's tables of connections, which it reads now and then while there are streams. */
  const descriptors = () => openFiles(server.pid).filter((file) => !/\/net\/tcp6?$/.test(file)).length

  const resting = async () => {
    const held = await server.collect()
    const { body } = await ask('GET', `${server.url}/metrics`, { agent })
    return { held, heap: Number(/^nodejs_heap_size_used_bytes (\d+)$/m.exec(body)?.[1]) }
  }
  const { heap: heapBefore } = await resting()
  const before = descriptors()
  const held: number[] = []
  for (let round = 0; round < rounds; round++) {
    const followers = spawn(process.execPath, [program, `${server.port}`, `${count}`, token], {
      stdio: ['pipe', 'pipe', 'inherit']
    })
    onTestFinished(() => void followers.kill('SIGKILL'))
    const lines = createInterface({ input: followers.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('open')
    expect(await streams()).toBe(count)
    expect(descriptors()).toBe(before + count)
    expect((await send()).status).toBe(201)
    expect((await lines.next()).value).toBe('told')
    const exit = once(followers, 'exit')
    followers.stdin.end()
    await exit
    await expect.poll(streams, { timeout: 120_000 }).toBe(0)
    // A new one, where the server has closed that of before, because nobody had used it.
    const open = async () => (await streams()) + descriptors()
    await expect.poll(open, { timeout: 60_000 }).toBe(before)
    // Some is let go by timers.
    const left = async () => (await resting()).heap - heapBefore
    await expect.poll(left, { timeout: 120_000, interval: 2_000 }).toBeLessThan(leftBytesMax)
    const { held: rest, heap } = await resting()
    console.log(`${count} streams have gone: ${mib(heap)} MiB of objects, ${mib(heapBefore)} before; ${mib(rest)} MiB in all`)
    held.push(rest)
  }
  const [first = 0, ...later] = held
  if (later.length > 0) expect(Math.min(...later) - first).toBeLessThan(grownBytesMax)
})

const mib = (bytes: number) => Math.round(bytes / 2 ** 20)

/** What a process has open; one that it closes meanwhile is left out. */
function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((name) => {
    try {
      return readlinkSync(join(folder, name))
    } catch {
      return []
    }
  })
}

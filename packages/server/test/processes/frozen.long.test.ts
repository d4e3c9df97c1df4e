import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pageBytesMax } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Lan, noLan } from '../../../cli/test/processes/support/lan.ts'
import { length } from '../support/test-length.ts'
import { CurlFollower } from './support/curl-follower.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = noLan()
if (missing) console.log(`frozen: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`frozen cannot run: ${missing}`)

const readers = length({ short: 100, long: 200 })
/** At full length about 9 MB for each reader, so that what is not bounded grows by gigabytes. `MESSAGES=20000` takes some minutes. */
const messages = Number(process.env.MESSAGES ?? length({ short: 400, long: 1_200 }))
/**
 * What readers that do not read may cost: nothing but the page that each was being sent, and what was queued of the rounds,
 * which is the same bytes for all of them. A second page each is for what the collector has not taken away yet.
 */
const growthMax = readers * 2 * pageBytesMax

describe.skipIf(missing)(`${readers} readers that have stopped reading`, { timeout: 30 * 60_000 }, () => {
  let folder: string
  let lan: Lan
  let host: string[]
  let server: ServerProcess
  let token: string
  const followers: CurlFollower[] = []
  const room = () => `${server.url}/v1/rooms/general`

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-frozen-'))
    lan = new Lan()
    host = lan.host('server', '10.78.0.1')
    // Else the kernel would take four megabytes for each reader before the server notices that nobody reads.
    for (const buffer of ['tcp_rmem', 'tcp_wmem']) await run('sysctl', '-qw', `net.ipv4.${buffer}=4096 16384 65536`)
    server = await ServerProcess.start(join(folder, 'chat.db'), { under: host })
    token = JSON.parse(await curl('-d', '{"name":"ana"}', '-H', 'content-type: application/json', `${server.url}/v1/users`)).token
  })
  afterAll(async () => {
    for (const follower of followers) follower.end()
    await server?.end('SIGKILL')
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = async (...command: string[]) => {
    const [program = '', ...args] = [...host, ...command]
    return (await promisify(execFile)(program, args)).stdout
  }
  const curl = (...args: string[]) => run('curl', '-sSf', ...args)
  const cursor = async (): Promise<string> =>
    JSON.parse(await curl('-H', `authorization: Bearer ${token}`, `${room()}/events`)).cursor
  const follow = (from: string) => {
    const follower = new CurlFollower(host, `${room()}/events`, token, from)
    followers.push(follower)
    return follower
  }

  /** Send so many long texts, every fourth of characters of four bytes; gives the number of the last event. */
  async function send(count: number): Promise<number> {
    const texts = ['x'.repeat(4_000), 'y'.repeat(4_000), 'z'.repeat(4_000), '💬'.repeat(4_000)].map((text, n) => {
      const file = join(folder, `text-${n}`)
      writeFileSync(file, text)
      return file
    })
    const requests = Array.from({ length: count }, (_, n) =>
      [
        `url = "${room()}/messages"`,
        `data-binary = "@${texts[n % 4]}"`,
        'output = "/dev/null"',
        'header = "content-type: text/plain"',
        `header = "authorization: Bearer ${token}"`
      ].join('\n')
    )
    const file = join(folder, 'requests')
    writeFileSync(file, requests.join('\nnext\n'))
    await curl('--parallel', '--parallel-max', '8', '-K', file)
    return Number((await cursor()).split('.')[1])
  }

  /** Memory of the server in bytes: now, and the most it has been since the last time that this was asked. */
  function memory(): { now: number; most: number } {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1])
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
    return { now: kib('VmRSS') * 1024, most: kib('VmHWM') * 1024 }
  }

  test('cost bounded memory, slow nobody’s log, and get all of it once they read again', async () => {
    const healthy = follow(await cursor())
    await healthy.until(await send(messages))
    const { most: before } = memory()

    const start = await cursor()
    const live = Array.from({ length: readers / 2 }, () => follow(start))
    const hello = await send(1)
    await Promise.all(live.map((follower) => follower.until(hello)))
    for (const follower of live) follower.freeze()
    const first = await send(messages / 2)
    const behind = Array.from({ length: readers / 2 }, () => follow(start))
    await Promise.all(behind.map((follower) => follower.until(hello).then(() => follower.freeze())))
    const last = await send(messages / 2)
    await healthy.until(last)
    for (const follower of live) expect(follower.last).toBeLessThan(first)
    for (const follower of behind) expect(follower.last).toBeLessThan(last)
    const { most } = memory()
    console.log(`${readers} frozen readers: ${mb(most - before)} MB more than ${mb(before)} MB, at most ${mb(growthMax)}`)
    expect(most - before).toBeLessThan(growthMax)

    for (const follower of [...live, ...behind]) follower.thaw()
    await Promise.all(followers.map((follower) => follower.until(last)))
    const again = await send(1)
    await Promise.all(followers.map((follower) => follower.until(again)))
    console.log(`thawed: ${mb(memory().most)} MB at most`)
  })
})

const mb = (bytes: number) => Math.round(bytes / 1e6)

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { partsOfPageLink } from '@tertulia/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { ask } from './support/ask.ts'
import { freePort } from './support/free-port.ts'
import { relay } from './support/relay.ts'
import { answers, droppedLines, longLine, SilentServer, serverProgram, temporaryFolder } from './support/silent-server.ts'

const missing = spawnSync('python3', ['--version']).status === 0 ? undefined : 'the program `python3` is missing'
if (missing) console.log(`terminal: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`terminal cannot run: ${missing}`)

const helper = fileURLToPath(new URL('support/on-terminal.py', import.meta.url))

/** A server on a terminal of its own; `under`: what is put before its name. */
async function onTerminal(way: 'foreground' | 'background' | 'session', under: string[] = []) {
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const words = [
    ...under,
    process.execPath,
    serverProgram,
    'start',
    '--port',
    `${port}`,
    '--db',
    join(folder, 'chat.db'),
    '--log-level',
    'debug'
  ]
  const python = spawn('python3', [helper, way, ...words], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void python.kill('SIGKILL'))
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const next = async (word: string): Promise<number> => {
    const { value = '' } = await lines.next()
    expect(value).toMatch(new RegExp(`^${word} -?\\d+$`))
    return Number(value.split(' ')[1])
  }
  const pid = await next('pid')
  onTestFinished(() => {
    spawnSync('kill', ['-KILL', `${pid}`])
  })
  await answers(url)
  return { url, pid, exit: () => next('exit'), closeTerminal: () => void python.stdin.write('\n') }
}

/** Whatever it wanted to say was said to nobody. */
async function isWell({ url, pid, exit }: Awaited<ReturnType<typeof onTerminal>>): Promise<void> {
  for (const name of ['ana', 'luis', 'marta']) {
    expect((await ask('POST', `${url}/v1/users`, { json: { name } })).status).toBe(201)
  }
  process.kill(pid, 'SIGTERM')
  expect(await exit()).toBe(0)
}

/** Until lines are dropped, because the terminal is full or has gone. */
const untilDropped = ({ url }: { url: string }) =>
  expect
    .poll(async () => {
      for (let n = 0; n < 50; n++) await ask('GET', longLine(url))
      return droppedLines(url)
    })
    .toBeGreaterThan(0)

test.skipIf(missing)('in the foreground of a terminal: when that is closed, it stops in order', async () => {
  const server = await onTerminal('foreground')
  server.closeTerminal()
  expect(await server.exit()).toBe(0)
})

test.skipIf(missing)('behind a pipe on a terminal: when that is closed, it stops', async () => {
  const server = await onTerminal('foreground', ['sh', '-c', '"$@" | cat', 'sh'])
  server.closeTerminal()
  await expect.poll(() => ask('GET', `${server.url}/health/live`).catch(() => 'stopped')).toBe('stopped')
})

test.skipIf(missing)('with nohup it outlives its terminal', async () => {
  const server = await onTerminal('foreground', ['nohup'])
  server.closeTerminal()
  process.kill(server.pid, 'SIGHUP') // as the terminal does, at some time
  await isWell(server)
})

test.skipIf(missing)('as a job that is not told it outlives its terminal, and what it writes there', async () => {
  const server = await onTerminal('background')
  server.closeTerminal()
  await untilDropped(server)
  await isWell(server)
})

test.skipIf(missing)('a terminal that nobody reads, as after Ctrl-S, holds nothing up', async () => {
  const server = await onTerminal('foreground')
  await untilDropped(server)
  await isWell(server)
})

test.skipIf(missing)('in a session without a terminal SIGHUP stops nothing, though a terminal shows what it says', async () => {
  const server = await onTerminal('session')
  process.kill(server.pid, 'SIGHUP')
  await answers(server.url)
  server.closeTerminal()
  await untilDropped(server)
  await isWell(server)
})

test('without a terminal SIGHUP stops nothing', async () => {
  const server = await SilentServer.start(['ignore', 'pipe', 'pipe'])
  for (let n = 0; n < 3; n++) {
    server.child.kill('SIGHUP')
    await answers(server.url)
  }
  expect(await server.stop()).toBe(0)
})

/** Start a server on a terminal: all that it says until it can be stopped, which it is then. */
async function firstWords(db: string, ...flags: string[]): Promise<{ said: string; stop: () => Promise<void> }> {
  const words = [process.execPath, serverProgram, 'start', '--port', '0', '--db', db, ...flags]
  const python = spawn('python3', ['-c', relay, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(python, 'exit')
  onTestFinished(() => void python.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((resolve) => {
    python.stdout.setEncoding('utf8').on('data', (part) => {
      said += part
      if (said.includes('Ctrl-C stops')) resolve()
    })
  })
  const stop = async () => {
    python.stdin.write('\u0003')
    await exit
  }
  return { said, stop }
}

test.skipIf(missing)('on a terminal the first start, and no later one, shows a link that makes one admin', async () => {
  const db = join(temporaryFolder(), 'chat.db')
  const first = await firstWords(db, '--registration', 'invite')
  const { server, invite } = partsOfPageLink(/'(.+#join=\w+)'/.exec(first.said)?.[1] ?? '') ?? expect.unreachable(first.said)
  const register = (name: string) => ask('POST', `${server}/v1/users`, { json: { name, invite } })
  const { status, body } = await register('ana')
  expect([status, body.user.admin]).toEqual([201, true])
  expect((await register('luis')).body.code).toBe('invite-spent')
  await first.stop()
  const second = await firstWords(db)
  expect(second.said).not.toContain('#join=')
  await second.stop()
})

test.skipIf(missing)('where nobody may register the first start shows no link', async () => {
  const { said, stop } = await firstWords(join(temporaryFolder(), 'chat.db'), '--registration', 'closed')
  expect(said).not.toContain('#join=')
  await stop()
})

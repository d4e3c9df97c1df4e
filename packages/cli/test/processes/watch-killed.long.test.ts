import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { randomFrom, seedOfThisRun } from '../../../server/test/processes/support/random.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { program, startWith } from '../support/chat.ts'

const kills = length({ short: 6, long: 60 })
/** How far the writer may be ahead. */
const aheadMax = 8

test(`${kills} kills of watch --state --exec and of the server: the command runs for every message, in order, and only the last one again`, {
  timeout: 15 * 60_000
}, async () => {
  const seed = seedOfThisRun()
  console.log(`watch-killed.test seed ${seed}`)
  const random = randomFrom(seed)
  const { server: started, homes, end } = await startWith(['ana', 'luis'])
  const [{ client: ana }, luis] = homes
  let { server } = started
  let watching: ChildProcess | undefined
  const [state, log] = [join(luis.folder, 'seen'), join(luis.folder, 'log')]
  onTestFinished(async () => {
    killGroup(watching)
    await server.end('SIGKILL')
    await end()
  })

  /** In a group of its own, so that its command can be killed with it. */
  async function watch(): Promise<void> {
    // It takes a while before and after, so that kills come on either side.
    const args = [program, 'watch', '--state', state, '--exec', `sleep 0.03; echo "$CHAT_ID" >>'${log}'; sleep 0.03`]
    watching = spawn(process.execPath, args, { detached: true, env: luis.env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    for await (const text of watching.stderr!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += text
      if (said.includes('watching general from')) return
    }
    throw new Error(`watch ended: ${said}`)
  }
  /** The numbers of the messages that the command ran for. A line that is cut is none yet. */
  const ran = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1).map(Number) : [])
  const sent: number[] = []
  let stop = false

  /** A message is tried until it is there, also while the server is away. */
  async function write(): Promise<void> {
    while (!stop) {
      if (sent.length - new Set(ran()).size > aheadMax) await pause(5)
      else sent.push((await ana.messages.post('general', { text: `${sent.length}` }, { timeoutMs: 120_000, reached: true })).id)
    }
  }

  await watch()
  const writer = write()
  let saved = 0
  for (let round = 0; round < kills; round++) {
    const enough = new Set(ran()).size + Math.floor(random() * 4)
    while (new Set(ran()).size < enough) await pause(1)
    await pause(random() * 80)
    const kind = ['watch', 'server', 'both'][Math.floor(random() * 3)]
    if (kind !== 'server') {
      const exit = once(watching!, 'exit')
      killGroup(watching)
      await exit
    }
    if (kind !== 'watch') {
      await server.end('SIGKILL')
      server = await started.again()
    }
    // What is saved was done: the command ran for every message up to there.
    const cursor: string = JSON.parse(readFileSync(state, 'utf8')).general
    const seq = Number(/^[0-9a-z]+\.(\d+)$/.exec(cursor)?.[1])
    // Read second: the watch goes on where only the server was killed.
    const done = new Set(ran())
    expect(seq, `${kind}, round ${round}`).toBeGreaterThanOrEqual(saved)
    saved = seq
    expect(
      sent.filter((id) => id <= seq && !done.has(id)),
      `${kind}, round ${round}: saved ${seq}`
    ).toEqual([])
    if (kind !== 'server') await watch()
  }
  stop = true
  await writer
  const last = sent.at(-1)
  while (ran().at(-1) !== last) await pause(10)

  const all = ran()
  expect(all.filter((id, at) => id !== all[at - 1])).toEqual(sent)
})

function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid, 'SIGKILL')
}

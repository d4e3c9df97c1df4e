import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChatClient } from '@tertulia/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Home, program, startServer } from '../support/chat.ts'
import { type Terminal, Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`

/** A server that can be frozen: it takes connections and what is sent over them, and says nothing. */
async function open() {
  const { server, url, remove } = await startServer()
  const home = new Home()
  const frozen = { now: false }
  const freeze = () => {
    process.kill(server.pid, 'SIGSTOP')
    frozen.now = true
  }
  const thaw = () => {
    if (frozen.now) process.kill(server.pid, 'SIGCONT')
    frozen.now = false
  }
  onTestFinished(async () => {
    thaw()
    await server.end()
    remove()
    home.remove()
  })
  const { token } = await new ChatClient({ server: url }).users.register({ name: 'luis' })
  const luis = new ChatClient({ server: url, token })
  const said = async () => (await luis.messages.history('general')).messages.map(({ author, text }) => `${author.name}: ${text}`)
  return { url, home, said, freeze, thaw }
}

describe.skipIf(tmuxMissing())('leaving a conversation', () => {
  const tmux = new Tmux()
  const typed = (line: string) => async (terminal: Terminal) => {
    await terminal.type(line)
    if (line !== '') await terminal.press('Enter')
  }
  const signalled = (signal: NodeJS.Signals) => async (terminal: Terminal) => {
    process.kill(await terminal.childPid(), signal)
  }

  const ways: [name: string, leave: (terminal: Terminal) => Promise<unknown>, exit: number][] = [
    ['dora', (terminal) => terminal.press('C-d'), 7],
    ['cleo', (terminal) => terminal.press('C-c'), 7],
    ['quim', typed('/quit'), 7],
    ['teo', signalled('SIGTERM'), 143],
    ['hugo', signalled('SIGHUP'), 129],
    ['usoa', signalled('SIGUSR2'), 1]
  ]

  test('while the server is silent: what is not known is told apart from what was not sent, also after a crash', async () => {
    const { url, home, said, freeze, thaw } = await open()
    const crash = join(home.folder, 'crash.mjs')
    writeFileSync(crash, `process.on('SIGUSR2', () => { throw new Error('crashed') })`)
    const env = { ...home.env, NODE_OPTIONS: `--import ${crash}` }
    const conversations = ways.map(async ([name]) => {
      const terminal = await tmux.open(`${chat} join ${url} --as ${name}`, env)
      await terminal.until('-- up to date')
      return terminal
    })
    const terminals = await Promise.all(conversations)
    const { name: lastJoined } = JSON.parse(readFileSync(join(home.folder, 'tertulia', 'last-join.json'), 'utf8'))
    freeze()
    const left = ways.map(async ([name, leave, exit], at) => {
      const terminal = terminals[at]!
      await typed(`it's ${name}`)(terminal)
      await typed('two')(terminal)
      await terminal.until(/^general \(sending 2\)>$/)
      await leave(terminal)
      const rows = await terminal.until('[tty same]')
      expect(rows).toContain(`[exit ${exit}]`)
      const told = rows.slice(rows.indexOf('chat: 1 text may or may not have been sent. Repeat safely with:'))
      const place = name === lastJoined ? '' : `--as ${name} `
      expect(told.slice(1, 4)).toEqual([
        expect.stringMatching(new RegExp(`^chat send --key \\w{26} ${place}"it's ${name}"$`)),
        '1 text was not sent. Send it with:',
        `chat send ${place}two`
      ])
      return [told[1] ?? '', told[3] ?? '']
    })
    const [lines = []] = await Promise.all(left)
    thaw()
    const first = ways.map(([name]) => `${name}: it's ${name}`)
    await expect.poll(said).toEqual(expect.arrayContaining(first))
    for (const line of lines) expect((await home.shell(line)).code).toBe(0)
    expect((await said()).sort()).toEqual([...first, 'dora: two'].sort())
  })
})

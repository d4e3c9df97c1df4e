import { ChatClient } from '@tertulia/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { length } from '../../../server/test/support/test-length.ts'
import { Home, program, startServer } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

/** A server that the test stops and starts, two people who are registered there, and a home for one of them. */
async function open() {
  const started = await startServer()
  let { server } = started
  const home = new Home()
  onTestFinished(async () => {
    await server.end('SIGKILL')
    started.remove()
    home.remove()
  })
  const { token } = await new ChatClient({ server: server.url }).users.register({ name: 'ana' })
  return {
    home,
    url: server.url,
    ana: new ChatClient({ server: server.url, token }),
    stop: (signal: NodeJS.Signals) => server.end(signal),
    async startAgain() {
      server = await started.again()
    }
  }
}

const watched = length({ short: [['general', 'ops']], long: [['general'], ['general', 'ops']] })

test.each(watched.map((rooms) => [rooms]))('watch %j survives the end of a server, and misses nothing', async (rooms) => {
  const { home, url, ana, stop, startAgain } = await open()
  await ana.rooms.create({ name: 'ops' })
  await home.join(url, 'luis')
  const watching = home.start(['watch', '--json', ...rooms])
  onTestFinished(async () => {
    await watching.end()
  })
  const said: string[] = []
  const say = async (text: string) => {
    for (const room of rooms) {
      const { id } = await ana.messages.post(room, { text })
      said.push(`${room} ${id}`)
    }
  }
  const follows = async (room: string) => (await ana.members.list(room)).members.find(({ name }) => name === 'luis')?.connected
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    await expect.poll(() => follows('general'), { timeout: 20_000 }).toBe(true)
    await say(`before ${signal}`)
    for (const room of rooms) await watching.until('stdout', new RegExp(`"room":"${room}","author":.*"before ${signal}"`))
    await stop(signal)
    await startAgain()
    for (const text of ['one', 'two']) await say(text)
  }
  await say('the end')
  for (const room of rooms) await watching.until('stdout', new RegExp(`"room":"${room}","author":.*"the end"`))
  const events = watching.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  const seen = events.flatMap(({ type, message }) => (type === 'message.created' ? [`${message.room} ${message.id}`] : []))
  for (const room of rooms) {
    const of = (all: string[]) => all.filter((each) => each.startsWith(`${room} `))
    expect(of(seen)).toEqual(of(said))
  }
})

describe.skipIf(tmuxMissing())('join, while the server is away', () => {
  const tmux = new Tmux()

  const join = async (home: Home, url: string) => {
    const terminal = await tmux.open(`'${process.execPath}' '${program}' join ${url} --as luis`, home.env)
    await terminal.until('-- up to date')
    return terminal
  }

  test('what is sent waits, and is sent once when the server is back', async () => {
    const { home, url, ana, stop, startAgain } = await open()
    const terminal = await join(home, url)
    await stop('SIGKILL')
    await terminal.until(/^-- connection lost \d\d:\d\d\. Trying again; what you send waits here --$/)
    for (const text of ['¿hola?', '¿hay alguien?']) {
      await terminal.type(text)
      await terminal.press('Enter')
    }
    await terminal.until('-- waiting to be sent (1): ¿hola? --')
    await terminal.until('-- waiting to be sent (2): ¿hay alguien? --')
    await terminal.until(/^general \(offline\)>$/)
    await startAgain()
    await ana.messages.post('general', { text: 'reinicié' })
    await terminal.until(/^-- connected again \d\d:\d\d, after \d+ s/)
    await terminal.until(/ana {7}reinicié$/)
    await terminal.until(/luis {6}¿hola\?$/)
    await terminal.until(/luis {6}¿hay alguien\?$/)
    const { messages } = await ana.messages.history('general')
    expect(messages.filter(({ author }) => author.name === 'luis').map(({ text }) => text)).toEqual(['¿hola?', '¿hay alguien?'])
    await terminal.press('C-d')
    await terminal.until('[exit 0]')
  })

  test('leaving with unsent texts prints them and ends with 7', async () => {
    const { home, url, stop } = await open()
    const terminal = await join(home, url)
    await stop('SIGKILL')
    await terminal.until('-- connection lost')
    await terminal.type('nunca llegó')
    await terminal.press('Enter')
    await terminal.until('-- waiting to be sent (1)')
    await terminal.press('C-d')
    const rows = await terminal.until('[tty same]')
    expect(rows).toContain('[exit 7]')
    expect(rows[rows.indexOf('chat: 1 text was not sent. Send it with:') + 1]).toBe('chat send "nunca llegó"')
  })

  test('a server that begins anew without us ends it, and says why and what was not sent', async () => {
    const { home, url, stop } = await open()
    const terminal = await join(home, url)
    await stop('SIGKILL')
    await terminal.until('-- connection lost')
    await terminal.type('sigue ahí')
    await terminal.press('Enter')
    await terminal.until('-- waiting to be sent (1)')
    // The same address, but a database in which nobody knows us.
    const other = await startServerAt(url)
    onTestFinished(other)
    await terminal.until('[tty same]')
    await terminal.until('[exit 3]')
    const rows = await terminal.until('[401 unauthorized]')
    expect(rows[rows.indexOf('1 text was not sent. Send it with:') + 1]).toBe('chat send "sigue ahí"')
  })
})

async function startServerAt(url: string): Promise<() => Promise<void>> {
  const { mkdtempSync, rmSync } = await import('node:fs')
  const { ServerProcess } = await import('../../../server/test/processes/support/server-process.ts')
  const folder = mkdtempSync('/tmp/chat-server-')
  const server = await ServerProcess.start(`${folder}/chat.db`, { port: Number(new URL(url).port) })
  return async () => {
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

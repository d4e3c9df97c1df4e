import { ChatClient } from '@tertulia/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Home, program, startServer } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`
const time = String.raw`\d\d:\d\d`
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 10 }
]

/** What stands there, wherever its rows end. */
const flat = (rows: readonly string[]): string => rows.join(' ').replace(/\s+/g, ' ')
const shows = (what: string | RegExp) => (rows: string[]) =>
  typeof what === 'string' ? flat(rows).includes(what) : what.test(flat(rows))
const prompts = (prompt: string) => (rows: string[]) => rows.at(-1) === prompt

/** A server, ana and a bot of hers who talk there, and luis, who has read what they said so far. */
async function open() {
  const started = await startServer('--limits', 'send=10+10/min')
  let { server } = started
  const home = new Home({ CHAT_SERVER: server.url })
  onTestFinished(async () => {
    await server.end('SIGKILL')
    started.remove()
    home.remove()
  })
  const { token } = await new ChatClient({ server: server.url }).users.register({ name: 'ana' })
  const ana = new ChatClient({ server: server.url, token })
  const bot = await ana.bots.create({ name: 'ci' })
  const ci = new ChatClient({ server: server.url, token: bot.token })
  await home.join(server.url, 'luis')
  const say = async (who: ChatClient, text: string) => (await who.messages.post('general', { text })).id
  return {
    home,
    ana,
    say,
    ci,
    stop: () => server.end('SIGKILL'),
    async startAgain() {
      server = await started.again()
    }
  }
}

describe.skipIf(tmuxMissing())('a conversation, screen after screen', () => {
  const tmux = new Tmux()

  test.each(sizes)('on %o', async (size) => {
    const { home, ana, ci, say, stop, startAgain } = await open()
    const old = await say(ana, 'hola, ya está el servidor')
    await home.client.readMarkers.put('general')
    await say(ana, 'yo, desde la otra máquina; este renglón es largo y por eso sigue debajo, alineado con el texto')
    await say(ci, 'build 118 passed')
    const terminal = await tmux.open(`${chat} join`, home.env, size)
    await terminal.until(shows('-- up to date. Here: luis --'))
    const entered = flat(await terminal.rows())
    expect(entered).toMatch(
      new RegExp(
        String.raw`^Joined general at ${home.env.CHAT_SERVER} as luis\. Enter sends\. Up edits your last message\. /help lists commands\. ` +
          String.raw`Ctrl-D leaves\. \w+day \d+ \w+ \d{4} ${old} ${time} ana hola, ya está el servidor -- 2 unread -- ` +
          String.raw`\d+ ${time} ana yo, desde la otra máquina; este renglón es largo y por eso sigue debajo, alineado con el texto ` +
          String.raw`\d+ ${time} ci \(bot\) build 118 passed -- up to date\. Here: luis -- general>$`
      )
    )
    await terminal.type('sí, te leo perfec')
    await terminal.until(prompts('general> sí, te leo perfec'))
    await say(ana, '@luis ¿me lees?')
    const rows = await terminal.until((all) => shows('ana @luis ¿me lees?')(all) && prompts('general> sí, te leo perfec')(all))
    expect(flat(rows).match(/¿me lees\?/g)).toHaveLength(1)
    await terminal.press('C-u')

    await stop()
    await terminal.until(shows(new RegExp(`-- connection lost ${time}\\. Trying again; what you send waits here --`)))
    await terminal.until(prompts('general (offline)>'))
    await terminal.type('¿hola?')
    await terminal.press('Enter')
    await terminal.until(shows('-- waiting to be sent (1): ¿hola? --'))
    await startAgain()
    await terminal.until(shows(new RegExp(`-- connected again ${time}, after \\d+ s`)))
    const back = await terminal.until((all) => shows(new RegExp(`\\d ${time} luis ¿hola\\?`))(all) && prompts('general>')(all))
    expect(flat(back).match(/luis ¿hola\?/g)).toHaveLength(1)

    await terminal.press('Up')
    await terminal.until((all) => /^edit \d+> ¿hola\?$/.test(all.at(-1) ?? ''))
    await terminal.press('BSpace')
    await terminal.type(', siguen ahí?')
    await terminal.press('Enter')
    await terminal.until(shows(new RegExp(`\\d ${time} luis ¿hola, siguen ahí\\? \\(edited\\)`)))
    await ana.messages.delete('general', old)
    await terminal.until(shows(new RegExp(` ${old} ${time} ana \\(deleted\\)`)))

    await terminal.type('/who2')
    await terminal.press('Enter')
    await terminal.until(shows('-- unknown command /who2. /help lists them; // sends a text starting with / --'))
    await terminal.type('borrador')
    await terminal.press('C-c')
    await terminal.until(prompts('general>'))

    const texts = Array.from({ length: 20 }, (_, at) => `deprisa ${at}`)
    await terminal.type(texts.map((text) => `${text}\r`).join(''))
    await terminal.until(shows(/-- not sent: 429 rate-limited\. Trying again in \d+ s --/))
    await terminal.press('C-d')
    const left = flat(await terminal.until('[tty same]'))
    expect(left).toMatch(/ \d+ texts were not sent\. Send them with: .* \[exit 7\] \[tty same\]$/)
    const { messages } = await ana.messages.history('general')
    const sent = messages.flatMap(({ text }) => (text?.startsWith('deprisa') ? [text] : []))
    expect([...sent, ...Array.from(left.matchAll(/chat send "(.*?)"/g), ([, text]) => text)]).toEqual(texts)
  })

  test.each(sizes)('to be heard, on %o', async (size) => {
    const { home, ana, say, stop, startAgain } = await open()
    await say(ana, 'hola, ya está el servidor')
    const terminal = await tmux.open(`${chat} join --plain`, home.env, size)
    await terminal.until(shows('-- up to date. Here: luis --'))
    await terminal.until(shows(new RegExp(`ana, ${time}: hola, ya está el servidor \\(\\d+\\)`)))
    await terminal.type('uno')
    await terminal.press('Enter')
    const id = /-- sent: (\d+) --/.exec(flat(await terminal.until(shows(/-- sent: \d+ --/))))?.[1]
    // On another device.
    await home.client.messages.edit('general', Number(id), { text: 'uno y medio' })
    await terminal.until(shows(new RegExp(`luis, ${time}: uno y medio \\(edited\\) \\(${id}\\)`)))
    await terminal.type(`/edit ${id} uno y pico`)
    await terminal.press('Enter')
    await terminal.until(shows(new RegExp(`luis, ${time}: uno y pico \\(edited\\) \\(${id}\\)`)))
    await home.client.messages.delete('general', Number(id))
    await terminal.until(shows(new RegExp(`luis, ${time}: \\(deleted\\) \\(${id}\\)`)))

    await stop()
    await terminal.until(shows(new RegExp(`-- connection lost ${time}\\. Trying again; what you send waits here --`)))
    await terminal.type('¿hola?')
    await terminal.press('Enter')
    await terminal.until(shows('-- waiting to be sent (1): ¿hola? --'))
    await startAgain()
    await terminal.until(shows(new RegExp(`-- connected again ${time}, after \\d+ s`)))
    await terminal.until(shows(new RegExp(`luis, ${time}: ¿hola\\? \\(\\d+\\)`)))
    await terminal.press('C-d')
    await terminal.until('[tty same]')
    expect(await terminal.rows()).toContain('[exit 0]')
  })
})

import type { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, program, startWith } from '../support/chat.ts'
import { type Terminal, Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`

describe.skipIf(tmuxMissing())('join, where nothing may be drawn anew', () => {
  const tmux = new Tmux()
  let url: string
  let luis: ChatClient
  let count = 0

  beforeAll(async () => {
    const { server, homes, end } = await startWith(['luis'])
    url = server.url
    luis = homes[0].client
    return end
  })

  async function joined(
    env: Record<string, string> = {},
    flags = '--plain',
    host = ''
  ): Promise<{ terminal: Terminal; name: string }> {
    const home = new Home(env)
    onTestFinished(() => home.remove())
    const name = `eva${++count}`
    const terminal = await tmux.open(`${host} ${chat} join ${url} --as ${name} ${flags}`, home.env)
    await terminal.until(/^-- up to date\. Here: .*eva/)
    return { terminal, name }
  }

  const say = (text: string) => luis.messages.post('general', { text })
  /** Until it has reached those who are connected. */
  const sayAndHear = async (text: string) => {
    const stop = new AbortController()
    const { cursor } = await luis.messages.history('general')
    const { id } = await say(text)
    for await (const item of luis.follow('general', { after: cursor, signal: stop.signal })) {
      if ('seq' in item && item.seq === id) stop.abort()
    }
  }

  test('what is typed stands there already: only its number is told', async () => {
    const { terminal } = await joined()
    await terminal.type('¿me leéis?')
    await terminal.press('Enter')
    const rows = await terminal.until(/^-- sent: \d+ --$/)
    expect(rows.filter((row) => row.includes('¿me leéis?'))).toEqual(['¿me leéis?'])
    expect(rows.join('\n')).not.toContain('general>')
  })

  test('Up says which message is edited, for there is no prompt that does', async () => {
    const { terminal, name } = await joined()
    await terminal.type('uno')
    await terminal.press('Enter')
    const id = /sent: (\d+)/.exec((await terminal.until(/^-- sent: \d+ --$/)).join('\n'))?.[1]
    await terminal.press('Up')
    await terminal.until(`-- editing ${id}: Enter replaces it, Esc leaves it as it is --`)
    await terminal.until((rows) => rows.at(-1) === 'uno')
    await terminal.type(' y medio')
    await terminal.press('Enter')
    await terminal.until(new RegExp(`^${name}, \\d\\d:\\d\\d: uno y medio \\(edited\\) \\(${id}\\)$`))
  })

  test.each(['Escape', 'Down', 'C-c'])(
    '%s in an edit says that the message stays as it is, for there is no prompt that does',
    async (key) => {
      const { terminal, name } = await joined()
      await terminal.type('uno')
      await terminal.press('Enter')
      const id = /sent: (\d+)/.exec((await terminal.until(/^-- sent: \d+ --$/)).join('\n'))?.[1]
      await terminal.press('Up')
      await terminal.until((rows) => rows.at(-1) === 'uno')
      await terminal.press(key)
      await terminal.until(`-- ${id} stays as it is --`)
      await terminal.type('dos')
      await terminal.press('Enter')
      await terminal.until((rows) => rows.some((row) => /^-- sent: \d+ --$/.test(row) && !row.includes(` ${id} `)))
      expect((await terminal.until('dos')).join('\n')).not.toContain(`${name}, `)
    }
  )

  test('what arrives while a line is being typed waits for Enter, or until it is erased', async () => {
    const { terminal } = await joined()
    await terminal.type('estoy escribiendo')
    await terminal.until('estoy escribiendo')
    await sayAndHear('te interrumpo')
    await terminal.press('Enter')
    const rows = await terminal.until(/te interrumpo/)
    expect(rows.findIndex((row) => row.includes('te interrumpo'))).toBeGreaterThan(rows.indexOf('estoy escribiendo'))
    await terminal.type('no')
    await terminal.until(/^no$/)
    await sayAndHear('de nada')
    await terminal.press('BSpace', 'BSpace')
    expect((await terminal.until('de nada')).at(-1)).toContain('de nada')
  })

  test('whoever goes on typing is reminded once of what waits', async () => {
    const { terminal } = await joined()
    await terminal.type('pensando')
    await terminal.until(/^pensando$/)
    await sayAndHear('uno')
    const rows = await terminal.until('-- 1 message waits: send your line (Enter) or drop it (Ctrl-C) to see it --')
    expect(rows.filter((row) => row === 'pensando')).toHaveLength(2)
    await terminal.press('C-c')
    await terminal.until(/uno( \(\d+\))?$/)
  })

  test.each([
    ['--plain', {}, '--plain', ''],
    // Of a terminal that tmux opens this is always tmux's own.
    ['TERM=dumb', {}, '', 'env TERM=dumb'],
    ['CHAT_PLAIN', { CHAT_PLAIN: '1' }, '', ''],
    ['ACCESSIBLE', { ACCESSIBLE: '1' }, '', '']
  ])('with %s no escape byte is ever written, and the terminal is given back', async (_what, env, flags, host) => {
    const { terminal } = await joined(env, flags, host)
    const bytes = await terminal.record()
    await terminal.type('hola a todos')
    await terminal.press('Left', 'Up', 'BSpace')
    await terminal.press('Enter')
    await terminal.until(/^-- sent: \d+ --$/)
    await say('¿qué tal?')
    await terminal.until('¿qué tal?')
    await terminal.press('C-d')
    await terminal.until('[tty same]')
    await expect.poll(bytes).toContain('[tty same]')
    expect(bytes()).not.toContain('\x1b')
  })
})

import { ChatClient } from '@tertulia/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

describe.skipIf(tmuxMissing())('reading, on a terminal', () => {
  const tmux = new Tmux()
  let server: Awaited<ReturnType<typeof startServer>>
  let home: Home
  let luis: ChatClient

  beforeAll(async () => {
    server = await startServer()
    home = new Home({ CHAT_SERVER: server.url })
    await home.join(server.url, 'ana')
    const { token } = await new ChatClient({ server: server.url }).users.register({ name: 'luis' })
    luis = new ChatClient({ server: server.url, token })
    await luis.rooms.create({ name: 'ops', title: 'Who is on duty, and what is broken' })
    for (const room of ['general', 'ops']) await luis.messages.post(room, { text: `old in ${room}` })
  })
  afterAll(async () => {
    home.remove()
    await server.server.end()
    server.remove()
  })

  test('watch begins with the past, names the room of each line, and Ctrl-C is 130', async () => {
    // The shell is to live on, to tell how it ended.
    const terminal = await tmux.open('trap : INT; chat watch general ops', home.env)
    await terminal.until(/^watching ops from /)
    await luis.messages.post('ops', { text: 'new in ops' })
    await terminal.until('new in ops')
    await terminal.press('C-c')
    await terminal.until('[exit 130]')
    const rows = await terminal.until('[tty same]')
    const said = rows.filter((row) => / in (?:general|ops)$/.test(row)).map((row) => row.replace(/\d\d:\d\d/, 'HH:MM'))
    expect(said).toEqual([
      expect.stringMatching(/^general {4}\d HH:MM luis {6}old in general$/),
      expect.stringMatching(/^ops {8}\d HH:MM luis {6}old in ops$/),
      expect.stringMatching(/^ops {8}\d HH:MM luis {6}new in ops$/)
    ])
  })

  test('who waits for something is not shown the past', async () => {
    const terminal = await tmux.open('chat watch --match "^go$" --count 1', home.env)
    await terminal.until('watching general')
    await luis.messages.post('general', { text: 'not yet' })
    await luis.messages.post('general', { text: 'go' })
    const rows = await terminal.until('[exit 0]')
    expect(rows.join('\n')).toMatch(/ go\n/)
    expect(rows.join('\n')).not.toMatch(/old in|not yet/)
  })

  test('tables fit a narrow terminal, and history reads as a conversation', async () => {
    const terminal = await tmux.open('chat read; clear; chat rooms; chat who ops; chat history -n 1', home.env, {
      columns: 48,
      rows: 30
    })
    const rows = await terminal.until('[exit 0]')
    expect(rows.slice(0, rows.indexOf('Members of ops:')).join('\n')).toBe(
      [
        'ROOM     ROLE    UNREAD  STATE   TITLE',
        'general  member  0       public',
        'ops      -       -       public  Who is on',
        '                                 duty, and what',
        '                                 is broken'
      ].join('\n')
    )
    expect(rows.join('\n')).toContain('NAME  ROLE   KIND    NOW\nluis  owner  person  away\n')
    expect(rows.join('\n')).toMatch(/\n +\d+ \d\d:\d\d luis {6}\S/)
  })
})

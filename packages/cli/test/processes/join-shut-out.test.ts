import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { layOut } from '../../src/conversation/painter.ts'
import { Home, program, startServer, startWith } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`

describe.skipIf(tmuxMissing())('whoever is talking when others change what they may', () => {
  const tmux = new Tmux()
  let url: string
  let marta: ChatClient
  let count = 0

  beforeAll(async () => {
    const { server, homes, end } = await startWith(['marta'])
    url = server.url
    marta = homes[0].client
    return end
  })

  /** Somebody in a room that belongs to marta, with a text that is being typed. */
  async function typing(text: string) {
    const home = new Home({ CHAT_SERVER: url })
    onTestFinished(() => home.remove())
    const name = `luis${++count}`
    const room = `ops${count}`
    await marta.rooms.create({ name: room })
    await home.join(url, name)
    const terminal = await tmux.open(`${chat} join ${room}`, home.env, { columns: 80, rows: 24 })
    await terminal.until(/^-- up to date\. Here: .*luis/)
    await terminal.type(text)
    await terminal.until((rows) => rows.at(-1) === `${room}> ${text}`)
    return { home, name, room, terminal }
  }

  test('is told that they were removed from a public room, and that they are in it again once they say something', async () => {
    const { name, room, terminal } = await typing('sigo aquí')
    await marta.members.delete(room, name)
    await terminal.until((rows) => rows.at(-2) === '-- you were removed --' && rows.at(-1) === `${room}> sigo aquí`)
    await terminal.press('Enter')
    const rows = await terminal.until(new RegExp(`\\d ${name} +sigo aquí$`))
    expect(rows.indexOf('-- you joined again --')).toBeGreaterThan(rows.indexOf('-- you were removed --'))
    expect(rows.join('\n')).not.toContain(`${name} disconnected`)
  })

  test('is not lost what they type when they are banned, or removed from a private room', async () => {
    const banned = await typing('que no se pierda')
    await marta.members.setRole(banned.room, banned.name, 'banned')
    const rows = await banned.terminal.until('[tty same]')
    expect(rows).toContain('-- you were banned --')
    expect(rows.join('\n')).toMatch(
      /You are banned from .*\[403 banned\]\n1 text was not sent\. Send it with:\nchat send .*"que no se pierda"\n/
    )
    expect(rows).toContain('[exit 3]')
    const removed = await typing('ni esto')
    await marta.rooms.change(removed.room, { visibility: 'private' })
    await marta.members.delete(removed.room, removed.name)
    const others = await removed.terminal.until('[tty same]')
    expect(others.join('\n')).toMatch(/\[404 room-not-found\]\n1 text was not sent\. Send it with:\nchat send .*"ni esto"\n/)
    expect(others).toContain('[exit 4]')
  })

  test('is not lost what they sent and what they type when they are signed out elsewhere', async () => {
    const { home, terminal } = await typing('uno')
    await home.client.sessions.end()
    await terminal.press('Enter')
    await terminal.type('dos')
    const rows = await terminal.until('[tty same]')
    // What was typed after its end is shown by the terminal itself, before the shell goes on.
    expect(rows.join('\n')).toMatch(/\[exit 3\]$/m)
    const at = rows.findIndex((row) => /^(?:1 text was|2 texts were) not sent\. Send (?:it|them) with:$/.test(row))
    expect(rows[at + 1]).toMatch(/^chat send .*uno$/)
    expect(rows.slice(0, at).join('\n')).toContain('[401 unauthorized]')
  })

  test('can type on an edit that found no server', async () => {
    const started = await startServer()
    const home = new Home()
    onTestFinished(async () => {
      await started.server.end('SIGKILL')
      started.remove()
      home.remove()
    })
    const terminal = await tmux.open(`${chat} join ${started.url} --as luis`, home.env, { columns: 40, rows: 10 })
    await terminal.until('-- up to date')
    const text = 'un renglón largo que nadie quiere escribir otra vez'
    await terminal.type(text)
    await terminal.press('Enter')
    await terminal.until(/^ +escribir otra vez$/)
    await terminal.press('Up')
    const id = /^edit (\d+)> /m.exec((await terminal.until(/^edit \d+> un renglón/)).join('\n'))?.[1]
    await started.server.end('SIGKILL')
    await terminal.until('-- connection lost')
    await terminal.type(', y menos dos veces')
    await terminal.press('Enter')
    await terminal.until(/^-- not edited: No server answers/)
    const draft = `${text}, y menos dos veces`
    const drawn = layOut({ prompt: `edit ${id} (offline)> `, text: draft, cursor: draft.length }, 40).rows.map((row) =>
      row.trimEnd()
    )
    await terminal.until((rows) => rows.slice(-drawn.length).join('\n') === drawn.join('\n'))
  })

  test('is told of a copy of the history that went back, what they type untouched; only what is there now can be edited', async () => {
    const started = await startServer()
    let { server } = started
    const home = new Home()
    const kept = mkdtempSync(join(tmpdir(), 'chat-kept-'))
    onTestFinished(async () => {
      await server.end('SIGKILL')
      started.remove()
      home.remove()
      rmSync(kept, { recursive: true, force: true })
    })
    const { token } = await new ChatClient({ server: server.url }).users.register({ name: 'ana' })
    const ana = new ChatClient({ server: server.url, token })
    const terminal = await tmux.open(`${chat} join ${server.url} --as luis`, home.env)
    await terminal.until('-- up to date')
    await terminal.type('uno')
    await terminal.press('Enter')
    await terminal.until(/luis +uno$/)
    await server.end('SIGTERM')
    cpSync(dirname(started.file), kept, { recursive: true })
    server = await started.again()
    await ana.messages.post('general', { text: 'dos' })
    await terminal.until(/ana +dos$/)
    await terminal.type('tres')
    await terminal.press('Enter')
    await terminal.until(/luis +tres$/)
    await terminal.type('a medias')
    await terminal.until((rows) => rows.at(-1) === 'general> a medias')
    await server.end('SIGTERM')
    rmSync(dirname(started.file), { recursive: true })
    renameSync(kept, dirname(started.file))
    server = await started.again()
    const rows = await terminal.until(/^-- the server went back to an older copy of general\. What you see above may/)
    expect(rows.filter((row) => /luis +tres$/.test(row))).toHaveLength(1)
    await terminal.until((all) => all.filter((row) => /luis +uno$/.test(row)).length === 2 && all.at(-1) === 'general> a medias')
    await terminal.press('C-u', 'Up')
    await terminal.until(/^edit \d+> uno$/)
  })
})

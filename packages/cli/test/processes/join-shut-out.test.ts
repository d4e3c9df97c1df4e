import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
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

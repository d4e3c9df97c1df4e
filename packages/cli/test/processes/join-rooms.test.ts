import type { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { nameColour } from '../../src/printing/name-colour.ts'
import { Home, program, startWith } from '../support/chat.ts'
import { hostileTexts } from '../support/hostile-texts.ts'
import { type Terminal, Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`
const time = String.raw`\d\d:\d\d`

describe.skipIf(tmuxMissing())('what a conversation shows, and what can be done in it', () => {
  const tmux = new Tmux()
  let url: string
  let marta: ChatClient
  let count = 0

  beforeAll(async () => {
    const { server, homes, end } = await startWith(['marta'], '--limits', 'off')
    url = server.url
    marta = homes[0].client
    return end
  })

  /** Somebody who is in a room of their own with marta, which is not on the screen yet. */
  async function somebody(name = `luis${++count}`) {
    const home = new Home({ CHAT_SERVER: url })
    onTestFinished(() => home.remove())
    await home.join(url, name)
    const room = `${name}-room`
    await home.client.rooms.create({ name: room })
    await marta.members.put(room, 'me')
    const say = async (text: string) => (await marta.messages.post(room, { text })).id
    const open = async (flags = '', size?: { columns: number; rows: number }): Promise<Terminal> => {
      const terminal = await tmux.open(`${chat} join ${room} ${flags}`, home.env, size)
      await terminal.until(/^-- up to date\. Here: .*luis/)
      return terminal
    }
    const enter = async (terminal: Terminal, text: string) => {
      await terminal.type(text)
      await terminal.press('Enter')
    }
    const texts = async () => (await marta.messages.history(room)).messages.map(({ text }) => text)
    return { home, name, room, say, open, enter, texts }
  }

  test('what is unread stands below a line that says so, with what was said before it', async () => {
    const { home, room, say, open, enter } = await somebody()
    for (let at = 1; at <= 3; at++) await say(`leído ${at}`)
    await home.client.readMarkers.put(room)
    for (const text of ['primero', 'segundo']) await say(text)
    const terminal = await open()
    const rows = await terminal.rows()
    const at = rows.indexOf('-- 2 unread --')
    expect(rows[at - 1]).toMatch(/marta {5}leído 3$/)
    expect(rows[at + 1]).toMatch(/marta {5}primero$/)
    expect(rows[at + 2]).toMatch(/marta {5}segundo$/)
    expect(rows.findIndex((row) => / \d{4}$/.test(row))).toBeLessThan(at)
    await enter(terminal, '/quit')
    await terminal.until('[tty same]')
    // Another device sees that it has been read.
    expect((await home.client.rooms.list({ q: room })).rooms[0]?.unread).toBe(0)
  })

  test('what arrives is marked as read while the conversation goes on', async () => {
    const { home, room, say, open } = await somebody()
    const terminal = await open()
    const id = await say('recién dicho')
    await terminal.until('recién dicho')
    await expect.poll(async () => (await home.client.rooms.list({ q: room })).rooms[0]).toMatchObject({ readUpTo: id, unread: 0 })
  })

  test('of much that is unread the last fifty are shown, and how much there is', async () => {
    const { room, home, say, open } = await somebody()
    await home.client.readMarkers.put(room)
    for (let at = 1; at <= 57; at++) await say(`texto ${at}`)
    const terminal = await open()
    const rows = await terminal.rows()
    expect(rows).toContain('-- 57 unread; the last 50 are here, /history shows what was before --')
    expect(rows.filter((row) => /texto \d+$/.test(row))).toHaveLength(50)
  })

  test('/history goes further back, and says where it ends', async () => {
    const { room, home, say, open, enter } = await somebody()
    for (let at = 1; at <= 14; at++) await say(`texto ${at}`)
    await home.client.readMarkers.put(room)
    const terminal = await open()
    expect((await terminal.rows()).join('\n')).not.toMatch(/texto 4$/m)
    await enter(terminal, '/history 3')
    await terminal.until('-- end of the older messages --')
    const rows = await terminal.rows()
    const at = rows.indexOf('-- 3 older messages --')
    expect(rows.slice(at + 1, at + 4).map((row) => /texto \d+$/.exec(row)?.[0])).toEqual(['texto 2', 'texto 3', 'texto 4'])
    await enter(terminal, '/history')
    await terminal.until('-- 1 older message --')
    await enter(terminal, '/history')
    await terminal.until(`-- nothing was said before that in ${room} --`)
  })

  test('who is called by name sees it in bold and hears a bell, also without the @, and nobody else does', async () => {
    const { name, say, open } = await somebody()
    const terminal = await open()
    const bytes = await terminal.record()
    await say('nadie en particular')
    await expect.poll(bytes).toContain('particular')
    expect(bytes()).not.toContain('\x07')
    await say(`@${name} ¿me lees?`)
    await expect.poll(bytes).toContain(`\x1b[1m@${name} ¿me lees?\x1b[22m`)
    await expect.poll(bytes).toContain('\x07')
    const quiet = await somebody()
    const without = await quiet.open('--no-bell')
    const other = await without.record()
    await quiet.say(`¡${quiet.name}!`)
    await without.until(`¡${quiet.name}!`)
    await quiet.say('otra cosa')
    await expect.poll(other).toContain('otra cosa')
    expect(other()).not.toContain('\x07')
  })

  test('each name has a colour of its own, the same everywhere; with NO_COLOR none', async () => {
    const { say, open, home, room } = await somebody()
    const terminal = await open()
    const bytes = await terminal.record()
    await say('en color')
    await expect.poll(bytes).toContain(`\x1b[38;5;${nameColour('marta')}mmarta\x1b[39m     en color`)
    const grey = await tmux.open(`NO_COLOR=1 ${chat} join ${room}`, home.env)
    await grey.until('-- up to date')
    const other = await grey.record()
    await say('sin color')
    await expect.poll(other).toContain('marta     sin color')
    expect(other()).not.toContain('38;5')
  })

  test('Up edits the last message, once more an older one; Esc leaves it as it is', async () => {
    const { name, open, enter, texts } = await somebody()
    const terminal = await open()
    await enter(terminal, '¿hola?')
    const id = Number(/^ *(\d+) \S+ luis\d+ +¿hola\?$/m.exec((await terminal.until(/\d luis\d+ +¿hola\?$/)).join('\n'))?.[1])
    await enter(terminal, 'dos')
    await terminal.until(/\d luis\d+ +dos$/)
    await terminal.press('Up')
    await terminal.until(/^edit \d+> dos$/)
    await terminal.press('Escape')
    await terminal.until((rows) => rows.at(-1) === `${name}-room>`)
    await terminal.press('Up', 'Up')
    await terminal.until(new RegExp(`^edit ${id}> ¿hola\\?$`))
    await terminal.press('BSpace')
    await terminal.type(', siguen ahí?')
    await terminal.press('Enter')
    await terminal.until(new RegExp(`^ *${id} ${time} ${name} +¿hola, siguen ahí\\? \\(edited\\)$`))
    expect(await texts()).toEqual(['¿hola, siguen ahí?', 'dos'])
  })

  test('a message of several lines is edited as one', async () => {
    const { open, texts } = await somebody()
    const terminal = await open()
    await terminal.paste(Array.from({ length: 12 }, (_, at) => `línea ${at + 1}`).join('\n'))
    await terminal.until('-- 12 lines pasted: Enter sends them as one message, Ctrl-C drops them --')
    await terminal.press('Enter')
    await terminal.until(/^ +línea 12$/)
    await terminal.press('Up')
    await terminal.until(/^edit \d+ \[12 lines\]> línea 1⏎línea 2/)
    await terminal.press('C-w')
    await terminal.type('doce')
    await terminal.press('Enter')
    await terminal.until(/línea doce \(edited\)$/)
    expect(await texts()).toEqual([`${Array.from({ length: 11 }, (_, at) => `línea ${at + 1}\n`).join('')}línea doce`])
  })

  test('an edit of what has changed meanwhile shows both texts, and keeps ours to be sent again', async () => {
    const { home, room, open, enter, texts } = await somebody()
    const terminal = await open()
    await enter(terminal, 'uno')
    const id = Number(/^ *(\d+) \S+ luis\d+ +uno$/m.exec((await terminal.until(/\d luis\d+ +uno$/)).join('\n'))?.[1])
    await terminal.press('Up')
    await terminal.until(`edit ${id}> uno`)
    // On another device.
    await home.client.messages.edit(room, id, { text: 'uno y medio' })
    await terminal.until(/uno y medio \(edited\)$/)
    await terminal.type(' y pico')
    await terminal.press('Enter')
    await terminal.until(`-- not edited: ${id} has been changed in the meantime [412 stale]. It says now: --`)
    await terminal.until('-- yours is: uno y pico. Enter sends it all the same, Esc drops it --')
    await terminal.until(new RegExp(`^edit ${id}> uno y pico$`))
    expect(await texts()).toEqual(['uno y medio'])
    await terminal.press('Enter')
    await expect.poll(texts).toEqual(['uno y pico'])
  })

  test('a text that was refused comes back to be typed on', async () => {
    const { home, room, open, enter } = await somebody()
    const terminal = await open()
    await home.client.rooms.change(room, { archived: true })
    await terminal.until('archived')
    await enter(terminal, 'demasiado tarde')
    await terminal.until('-- not sent: demasiado tarde. ')
    await terminal.until(new RegExp(`^${room}> demasiado tarde$`))
    await home.client.rooms.change(room, { archived: false })
    await terminal.press('Enter')
    await terminal.until(/\d luis\d* +demasiado tarde$/)
  })

  test('a text that is too long stays where it is', async () => {
    const { open, texts } = await somebody()
    const terminal = await open()
    await terminal.paste('x'.repeat(4_000))
    await terminal.type('yz')
    await terminal.press('Enter')
    await terminal.until('-- this text has 4002 characters; a message can have at most 4000 --')
    await terminal.press('BSpace', 'BSpace', 'Enter')
    await expect.poll(texts).toEqual(['x'.repeat(4_000)])
  })

  test('Tab completes names, rooms and commands', async () => {
    const { room, say, open, texts } = await somebody()
    await say('hola')
    const terminal = await open()
    await terminal.type('mar')
    await terminal.press('Tab')
    await terminal.until(/> marta:$/)
    await terminal.type('hola, @MAR')
    await terminal.press('Tab')
    await terminal.until(/hola, @marta ?$/)
    await terminal.type('fin')
    await terminal.press('Enter')
    await expect.poll(texts).toEqual(['hola', 'marta: hola, @marta fin'])
    await terminal.type('/h')
    await terminal.press('Tab')
    await terminal.until('-- help, history --')
    await terminal.type('is')
    await terminal.press('Tab')
    await terminal.until(/> \/history$/)
    await terminal.press('C-u')
    await terminal.type(`/join ${room.slice(0, -2)}`)
    await terminal.press('Tab')
    await terminal.until(`> /join ${room}`)
  })

  test('/join goes to another room, and /rooms lists them', async () => {
    const { home, name, room, open, enter } = await somebody()
    await marta.messages.post('general', { text: `para ${name}` })
    const terminal = await open()
    await enter(terminal, '/rooms')
    const rows = await terminal.until(new RegExp(`^${room} +0 +public`))
    expect(rows.find((row) => row.startsWith('general'))).toMatch(/^general +[1-9]\d* +public/)
    await enter(terminal, '/join nowhere')
    await terminal.until(/^-- cannot join nowhere: There is no room/)
    await enter(terminal, '/join GENERAL')
    await terminal.until(`-- joined general as ${name} --`)
    await terminal.until(/unread --$/)
    await terminal.until(`marta     para ${name}`)
    await enter(terminal, 'ya estoy')
    await terminal.until(new RegExp(`${name} +ya estoy$`))
    expect((await marta.messages.history('general')).messages.at(-1)?.text).toBe('ya estoy')
    await marta.messages.post(room, { text: 'en la otra' })
    await marta.messages.post('general', { text: 'en esta' })
    expect((await terminal.until('en esta')).join('\n')).not.toContain('en la otra')
    await enter(terminal, '/quit')
    await terminal.until('[tty same]')
    // It is the usual room from now on.
    await home.chat(['send', 'desde fuera'])
    expect((await marta.messages.history('general')).messages.at(-1)?.text).toBe('desde fuera')
  })

  test('/search finds in all rooms, the newest first', async () => {
    const { room, say, open, enter } = await somebody()
    await say(`aguja ${room} vieja`)
    await say(`aguja ${room} nueva`)
    const terminal = await open()
    await expect.poll(async () => (await marta.search.find(`aguja ${room}`)).messages.length).toBe(2)
    await enter(terminal, `/search aguja ${room}`)
    const rows = await terminal.until('-- end of what was found --')
    const found = rows.slice(rows.indexOf('-- found 2, the newest first --') + 1).filter((row) => row.includes('aguja'))
    expect(found.slice(0, 2).map((row) => row.split(' ').at(-1))).toEqual(['nueva', 'vieja'])
  })

  test('who comes and goes is told, and Enter on an empty line says who is here', async () => {
    const { name, room, open } = await somebody()
    const terminal = await open()
    await terminal.press('Enter')
    await terminal.until((rows) => rows.filter((row) => row === `-- up to date. Here: ${name} --`).length === 2)
    const other = await somebody()
    await other.home.client.members.put(room, 'me')
    await terminal.until(`-- ${other.name} joined --`)
    await terminal.type('/who')
    await terminal.press('Enter')
    await terminal.until(`-- Here: ${name}. Whoever lost the network may be listed a little longer --`)
  })

  test('nothing that others say, or that is pasted, is more to the terminal than letters', async () => {
    const { name, room, say, open } = await somebody()
    const terminal = await open()
    const bytes = await terminal.record()
    // What is not well-formed, or has nothing to see, the server does not take.
    const taken = hostileTexts.filter((text) => text.isWellFormed() && !text.includes('\0') && /[^\s\p{C}\p{M}]/u.test(text))
    for (const text of taken) await say(text)
    await say('fin de lo hostil')
    await expect.poll(bytes).toContain('fin de lo hostil')
    for (const text of taken) {
      await terminal.paste(text.replaceAll('\x1b[201~', ''))
      await terminal.press('C-c')
    }
    await terminal.type('sigo aquí')
    await terminal.until(`${room}> sigo aquí`)
    await expect.poll(bytes).toContain('sigo aquí')
    // What the program itself writes: the cursor up and down, erasing, names in colour, what calls us in bold, a bell.
    const own = /^\[(?:\d*[ABJK]|(?:1|22|39|38;5;\d+)m)/
    for (const part of bytes().split('\x1b').slice(1)) expect(part).toMatch(own)
    expect(
      bytes()
        .replace(/[\r\n]/g, '')
        .replaceAll('\b', '')
        .replaceAll('\x07', '')
        .replaceAll('\x1b', '')
    ).not.toMatch(/\p{Cc}/u)
    const rows = await terminal.rows()
    expect(rows.some((row) => row.startsWith('   8 09:15 marta'))).toBe(false)
    expect(rows.at(-1)).toBe(`${name}-room> sigo aquí`)
  })

  test('a conversation that was stopped from outside is there again after fg, draft and keys included', async () => {
    const { name, room, home, say } = await somebody()
    const terminal = await tmux.openShell(home.env)
    await terminal.type(`${chat} join ${room}`)
    await terminal.press('Enter')
    await terminal.until('-- up to date')
    await terminal.type('a medias')
    await terminal.until(`${room}> a medias`)
    process.kill(await terminal.childPid(), 'SIGSTOP')
    await terminal.until('Stopped')
    await say('mientras')
    await terminal.type('fg')
    await terminal.press('Enter')
    await terminal.until(/marta {5}mientras$/)
    await terminal.until((rows) => rows.at(-1) === `${room}> a medias`)
    await terminal.press('BSpace')
    await terminal.type('o')
    await terminal.press('Enter')
    await terminal.until(new RegExp(`${name} +a mediao$`))
  })

  test('for screen readers a line says who, when and what, with its number at the end', async () => {
    const { open, say, enter } = await somebody()
    const terminal = await open('--plain')
    const id = await say('¿me oyes?')
    await terminal.until(new RegExp(`^marta, ${time}: ¿me oyes\\? \\(${id}\\)$`))
    await enter(terminal, 'sí')
    await terminal.until(/^-- sent: \d+ --$/)
  })
})

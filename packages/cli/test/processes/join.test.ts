import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChatClient } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { layOut } from '../../src/conversation/painter.ts'
import { Home, program, startWith } from '../support/chat.ts'
import { type Terminal, Tmux, tmuxMissing } from '../support/tmux.ts'

const chat = `'${process.execPath}' '${program}'`
const time = String.raw`\d\d:\d\d`

describe.skipIf(tmuxMissing())('join, on a terminal', () => {
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

  function home(): Home {
    const made = new Home()
    onTestFinished(() => made.remove())
    return made
  }

  /** Somebody new in general, until they are up to date. */
  async function joined(size?: { columns: number; rows: number }): Promise<{ terminal: Terminal; name: string }> {
    const name = `ana${++count}`
    const terminal = await tmux.open(`${chat} join ${url} --as ${name}`, home().env, size)
    await terminal.until(/^-- up to date\. Here: .*ana/)
    return { terminal, name }
  }

  const say = async (text: string) => (await luis.messages.post('general', { text })).id
  const lastText = async () => (await luis.messages.history('general')).messages.at(-1)?.text

  test('a newcomer is asked for a name, again if it is taken, and sees the past', async () => {
    const id = await say('hola, ya está el servidor')
    const terminal = await tmux.open(`${chat} join ${url}`, home().env)
    await terminal.until(/^Your name \[.+\]:/)
    await terminal.type('luis')
    await terminal.press('Enter')
    await terminal.until('taken')
    await terminal.type('marta')
    await terminal.press('Enter')
    const rows = await terminal.until('-- up to date. Here: marta')
    expect(rows).toContain(`Joined general at ${url} as marta (new name, remembered here).`)
    expect(rows).toContain('Enter sends. Up edits your last message. /help lists commands. Ctrl-D leaves.')
    expect(rows.join('\n')).toMatch(new RegExp(`^ *${id} ${time} luis {6}hola, ya está el servidor$`, 'm'))
    await terminal.press('C-d')
    await terminal.until('[tty same]')
  })

  test('lines that were pasted together are so many answers and messages, also before the conversation has begun', async () => {
    const terminal = await tmux.open(`${chat} join ${url}`, home().env)
    await terminal.until(/^Your name \[.+\]:/)
    await terminal.type('luis\reva\runo\rdos\r')
    await expect.poll(lastText, { timeout: 30_000 }).toBe('dos')
    await terminal.type('tres\rcuatro\r')
    await expect.poll(lastText, { timeout: 30_000 }).toBe('cuatro')
    const { messages } = await luis.messages.history('general')
    expect(messages.filter(({ author }) => author.name === 'eva').map(({ text }) => text)).toEqual([
      'uno',
      'dos',
      'tres',
      'cuatro'
    ])
  })

  test('nobody is asked for a name that no server hears', async () => {
    const terminal = await tmux.open(`${chat} send hi --server http://127.0.0.1:9`, home().env)
    const rows = await terminal.until('[exit 7]')
    expect(rows.join('\n')).not.toContain('Your name')
  })

  test('what is typed is sent once, and looks like what others say', async () => {
    const { terminal, name } = await joined()
    await terminal.type('¿me leéis?')
    await terminal.press('Enter')
    const rows = await terminal.until(new RegExp(String.raw`^ *\d+ ${time} ${name} +¿me leéis\?$`))
    expect(rows.filter((row) => row.includes('¿me leéis?'))).toHaveLength(1)
    expect(rows.at(-1)).toBe('general>')
  })

  test.each([
    { columns: 80, rows: 24 },
    { columns: 40, rows: 10 }
  ])('what arrives appears above a draft of several rows, on %o', async (size) => {
    const { terminal } = await joined(size)
    const draft = 'sí, te leo perfectamente desde aquí: ñandú, pingüino, 漢字 y 😀 también; sigo escribiendo un buen rato más'
    await terminal.type(draft)
    await terminal.until('más')
    for (let times = 0; times < 4; times++) await terminal.press('Left')
    for (const text of ['te interrumpo', 'otra vez']) await say(`${text} ${size.columns}`)
    await terminal.until(`otra vez ${size.columns}`)
    await terminal.type('¡')
    const whole = `general> ${draft.slice(0, -4)}¡ más`
    const draftIn = (all: string[]) => all.slice(all.findIndex((row) => row.startsWith('general> '))).join('')
    const rows = await terminal.until((all) => draftIn(all) === whole)
    for (const text of ['te interrumpo', 'otra vez']) {
      expect(rows.filter((row) => row.endsWith(`${text} ${size.columns}`))).toHaveLength(1)
    }
    const at = rows.findIndex((row) => row.startsWith('general> '))
    expect(rows.findIndex((row) => row.endsWith(`otra vez ${size.columns}`))).toBeLessThan(at)
    await terminal.press('Enter')
    await expect.poll(lastText).toBe(`${draft.slice(0, -4)}¡ más`)
  })

  test('each Backspace in a wrapped draft changes it in its place', async () => {
    const { terminal } = await joined({ columns: 40, rows: 10 })
    const draft = Array.from({ length: 9 }, (_, at) => `palabra${at}`).join(' ')
    await terminal.type(draft)
    await terminal.until('palabra8')
    for (let times = 0; times < 20; times++) await terminal.press('BSpace')
    await terminal.type('!')
    const draftIn = (all: string[]) => all.slice(all.findIndex((row) => row.startsWith('general> '))).join('')
    const rows = await terminal.until((all) => draftIn(all) === `general> ${draft.slice(0, -20)}!`)
    expect(rows.filter((row) => row.includes('palabra0'))).toHaveLength(1)
  })

  test('a line is edited where the cursor stands', async () => {
    const { terminal } = await joined()
    await terminal.type('dos tres')
    await terminal.press('C-a')
    await terminal.type('uno ')
    await terminal.press('C-e', 'C-w', 'Left', 'Left')
    await terminal.type('X')
    await terminal.press('Home', 'Delete', 'End')
    await terminal.type('fin')
    await terminal.press('Enter')
    await expect.poll(lastText).toBe('no doXs fin')
  })

  test('after a change of width each message is there once, and the whole draft at the bottom', async () => {
    const { terminal } = await joined({ columns: 80, rows: 24 })
    for (const text of ['mensaje uno', 'mensaje dos', 'mensaje tres']) await say(text)
    const draft = 'un borrador 😀 que ocupa más de una línea en cuanto la ventana se hace estrecha, y más todavía'
    await terminal.type(draft)
    await terminal.until('todavía')
    await terminal.until('mensaje tres')
    for (const columns of [50, 40, 100]) {
      await terminal.resize(columns, 24)
      // tmux tells of the new width a moment after it has broken the rows anew: only then the draft is ours again.
      const drawn = layOut({ prompt: 'general> ', text: draft, cursor: draft.length }, columns).rows.map((row) => row.trimEnd())
      await terminal.until((rows) => rows.slice(-drawn.length).join('\n') === drawn.join('\n'))
      await say(`con ${columns}`)
      const rows = await terminal.until(`con ${columns}`)
      // tmux is known to break rows anew: not even a part of the draft is left above, if sizes do not follow each other.
      if (columns === 50) expect(rows.filter((row) => row.startsWith('general> '))).toHaveLength(1)
      for (const text of ['mensaje uno', 'mensaje dos', 'mensaje tres']) {
        expect(rows.filter((row) => row.includes(text))).toHaveLength(1)
      }
    }
  })

  test('while a window is drawn larger and smaller, what arrives is there once, and the draft at the bottom', async () => {
    const { terminal } = await joined({ columns: 80, rows: 24 })
    const draft = 'un borrador 😀 que se queda entero mientras todo cambia de tamaño una y otra vez'
    await terminal.type(draft)
    await terminal.until('otra vez')
    for (let at = 0; at < 60; at++) {
      // Narrow and wide in turn, so that rows break and do not, far from any order.
      await terminal.resize(at % 2 === 0 ? 60 + ((at * 53) % 60) : 22 + ((at * 37) % 30), 8 + ((at * 17) % 25))
      if (at % 4 === 0) await say(`entre tamaños ${at}`)
    }
    await terminal.resize(100, 30)
    const drawn = layOut({ prompt: 'general> ', text: draft, cursor: draft.length }, 100).rows.map((row) => row.trimEnd())
    await terminal.until((rows) => rows.slice(-drawn.length).join('\n') === drawn.join('\n'))
    await say('y ya está')
    const rows = await terminal.until('y ya está')
    for (let at = 0; at < 60; at += 4) {
      expect(rows.join(' ').match(new RegExp(`entre\\s+tamaños\\s+${at}\\b`, 'g'))).toHaveLength(1)
    }
  })

  test('what was stopped and continued from outside, with no shell that knows, goes on in its place', async () => {
    const { terminal } = await joined()
    await terminal.type('a medias')
    await terminal.until('a medias')
    const pid = await terminal.childPid()
    for (let times = 0; times < 3; times++) {
      process.kill(pid, 'SIGSTOP')
      process.kill(pid, 'SIGCONT')
    }
    await terminal.type('!')
    const rows = await terminal.until((all) => all.at(-1) === 'general> a medias!')
    expect(rows.filter((row) => row.includes('a medias'))).toHaveLength(1)
  })

  test('what came at once while it stood still is all there, in its order, above the draft', async () => {
    const { terminal } = await joined()
    await terminal.type('a medias')
    await terminal.until('a medias')
    const pid = await terminal.childPid()
    process.kill(pid, 'SIGSTOP')
    const texts = Array.from({ length: 300 }, (_, at) => `de golpe ${at}`)
    for (const text of texts) await say(text)
    process.kill(pid, 'SIGCONT')
    const rows = await terminal.until(
      (all) => all.at(-1) === 'general> a medias' && all.at(-2)?.endsWith('de golpe 299') === true
    )
    expect(rows.flatMap((row) => /de golpe \d+$/.exec(row)?.[0] ?? [])).toEqual(texts)
  })

  test('older messages than those shown are announced', async () => {
    for (let at = 0; at < 11; at++) await say(`viejo ${at}`)
    const { terminal } = await joined()
    const rows = await terminal.until('-- older messages: /history --')
    expect(rows.filter((row) => /viejo \d+$/.test(row))).toHaveLength(10)
  })

  test.each([
    { columns: 80, rows: 24 },
    { columns: 40, rows: 10 }
  ])(
    'Ctrl-L leaves what is being typed alone on the screen, and what stood above can be scrolled back to, on %o',
    async (size) => {
      const { terminal } = await joined(size)
      for (let at = 0; at < 4; at++) await say(`dicho ${size.columns} ${at}`)
      await terminal.until(`dicho ${size.columns} 3`)
      await terminal.type('a medias, y bastante más largo que la pantalla estrecha')
      await terminal.press('Left', 'C-l')
      const drawn = layOut(
        { prompt: 'general> ', text: 'a medias, y bastante más largo que la pantalla estrecha', cursor: 0 },
        size.columns
      )
      await expect.poll(() => terminal.screen()).toEqual(drawn.rows.map((row) => row.trimEnd()))
      await say('y después')
      await terminal.type('.')
      await terminal.until(/estrech\.a$/)
      const rows = await terminal.rows()
      for (let at = 0; at < 4; at++) expect(rows.filter((row) => row.endsWith(`dicho ${size.columns} ${at}`))).toHaveLength(1)
      expect((await terminal.screen())[0]).toMatch(/y después$/)
    }
  )

  test('erasing takes whole characters away', async () => {
    const { terminal } = await joined()
    await terminal.type('漢e\u0301👨‍👩‍👧😀x')
    for (let times = 0; times < 3; times++) await terminal.press('BSpace')
    await terminal.type('!')
    await terminal.press('Enter')
    await expect.poll(lastText).toBe('漢e\u0301!')
  })

  test('pasted lines become one message, and none after Ctrl-C', async () => {
    const { terminal } = await joined()
    await terminal.paste('uno\ndos\tx\x1b[31m\ntres')
    await terminal.until('-- 3 lines pasted: Enter sends them as one message, Ctrl-C drops them --')
    await terminal.until(/^general \[3 lines\]> uno⏎dos {2}x\[31m⏎tres$/)
    await terminal.press('Enter')
    await expect.poll(lastText).toBe('uno\ndos  x[31m\ntres')
    await terminal.paste('cuatro\ncinco')
    await terminal.until(/^general \[2 lines\]> cuatro⏎cinco$/)
    await terminal.press('C-c')
    await terminal.type('seis')
    await terminal.press('Enter')
    await expect.poll(lastText, { timeout: 10_000 }).toBe('seis')
  })

  test('a paste over the limit is refused with its size', async () => {
    const { terminal } = await joined()
    await terminal.paste('x'.repeat(4_001))
    await terminal.until('-- what you pasted has 4001 characters; a message can have at most 4000 --')
  })

  test('messages can be edited and deleted, and commands are told from texts', async () => {
    const { terminal, name } = await joined()
    const enter = async (text: string) => {
      await terminal.type(text)
      await terminal.press('Enter')
    }
    await enter('helo')
    const id = / *(\d+) .* helo$/m.exec((await terminal.until(/\d .* helo$/)).join('\n'))?.[1]
    await enter(`/edit ${id} hello`)
    await terminal.until(new RegExp(`^ *${id} ${time} ${name}  +hello \\(edited\\)$`))
    await enter(`/delete ${id}`)
    await terminal.until(new RegExp(`^ *${id} ${time} ${name}  +\\(deleted\\)$`))
    await enter(`/delete ${id}`)
    await terminal.until('-- not deleted: ')
    await enter('/who2')
    await terminal.until('-- unknown command /who2. /help lists them; // sends a text starting with / --')
    await enter('/who')
    await terminal.until(/^-- Here: .*ana/)
    await enter('//who')
    await expect.poll(lastText, { timeout: 10_000 }).toBe('/who')
    await enter('/quit')
    await terminal.until('[exit 0]')
    await terminal.until('[tty same]')
  })

  test('on a narrow terminal a long text stays beside its head', async () => {
    const { terminal } = await joined({ columns: 40, rows: 20 })
    await say('este renglón es largo y sigue debajo, alineado')
    const rows = await terminal.until('alineado')
    const at = rows.findIndex((row) => row.includes('este renglón'))
    expect(rows.slice(at + 1, at + 3).every((row) => row.startsWith(' '.repeat(21)))).toBe(true)
  })

  test('a text cannot act on the terminal', async () => {
    const { terminal } = await joined()
    await say('\x1b[2J\x1b]0;owned\x07 fin')
    await terminal.until('\\x1b[2J\\x1b]0;owned\\x07 fin')
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('the terminal is given back after %s, also with a draft', async (signal, code) => {
    const { terminal } = await joined()
    await terminal.type('a medias')
    await terminal.until('a medias')
    process.kill(await terminal.childPid(), signal)
    await terminal.until(`[exit ${code}]`)
    await terminal.until('[tty same]')
    await terminal.paste('pasted')
    const rows = await terminal.until('pasted')
    expect(rows.join('\n')).not.toContain('200~')
  })

  test('the terminal is given back after a crash, and what went wrong stands below the draft', async () => {
    const crash = `process.on('SIGUSR2', () => { throw new Error('boom') })`
    const env = { ...home().env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` }
    const terminal = await tmux.open(`${chat} join ${url} --as crash`, env)
    await terminal.until('-- up to date')
    await terminal.type('a medias')
    await terminal.until('a medias')
    process.kill(await terminal.childPid(), 'SIGUSR2')
    const rows = await terminal.until('[tty same]')
    expect(rows.findIndex((row) => row.includes('Error: boom'))).toBeGreaterThan(rows.indexOf('general> a medias'))
    await terminal.paste('pasted')
    expect((await terminal.until('pasted')).join('\n')).not.toContain('200~')
  })

  test.each(['', '--plain'])('a window that is closed ends it as a hang-up does, not as a fault %s', async (flags) => {
    const end = join(home().folder, 'end')
    const name = `ana${++count}`
    // The shell outlives the window, to see how it ended.
    const terminal = await tmux.open(
      `trap : HUP; ${chat} join ${url} --as ${name} ${flags}; echo "ended with $?" >${end}`,
      home().env
    )
    await terminal.until(/^-- up to date/)
    await terminal.type('a medias')
    await terminal.until('a medias')
    await terminal.close()
    await expect.poll(() => existsSync(end) && readFileSync(end, 'utf8'), { timeout: 30_000 }).toBe('ended with 129\n')
  })

  test('Ctrl-C clears a draft first, then leaves', async () => {
    const { terminal } = await joined()
    await terminal.type('borrador')
    await terminal.until('borrador')
    await terminal.press('C-c')
    await terminal.press('C-c')
    const rows = await terminal.until('[tty same]')
    expect(rows).toContain('[exit 0]')
    expect(rows.join('\n')).not.toContain('borrador')
  })

  test('Ctrl-Z leaves it to the shell for a while, and what came meanwhile is there after fg', async () => {
    const terminal = await tmux.openShell(home().env)
    await terminal.type(`${chat} join ${url} --as pia`)
    await terminal.press('Enter')
    await terminal.until('-- up to date')
    await terminal.type('a medias')
    await terminal.until(/^general> a medias$/)
    await terminal.press('C-z')
    await terminal.until('Stopped')
    await say('mientras')
    await terminal.type('fg')
    await terminal.press('Enter')
    await terminal.until('mientras')
    await terminal.until((rows) => rows.at(-1) === 'general> a medias')
    await terminal.press('Enter')
    await terminal.until(new RegExp(`${time} pia +a medias$`))
  })
})

import { neutralise, neutraliseLines } from '@tertulia/protocol/neutralise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tabLine } from '../../src/printing/tab-lines.ts'
import { Home, program } from '../support/chat.ts'
import { hostileServer, manyInOne } from '../support/hostile-server.ts'
import { hostileTexts } from '../support/hostile-texts.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

let server: Awaited<ReturnType<typeof hostileServer>>
let home: Home

beforeAll(async () => {
  server = await hostileServer()
  home = new Home({ CHAT_TOKEN: 'secret', CHAT_SERVER: server.url })
})
afterAll(() => {
  home.remove()
  server.end()
})

/** Lists, of which each entry has a text, and what shows one thing, which has many. */
const lists = [
  ['history'],
  ['search', 'x', '-n', '50'],
  ['watch', '--after', '0', '--once'],
  ['rooms'],
  ['who'],
  ['tokens'],
  ['bots'],
  ['invite', 'list']
]
const things = [
  ['whoami'],
  ['rooms', 'create', 'ops'],
  ['bots', 'create', 'deploys'],
  ['tokens', 'create', '--name', 'ci'],
  ['invite', '--room', 'ops'],
  ['link']
]
const silent = [
  ['send', 'hi'],
  ['edit', '7', 'hi'],
  ['read'],
  ['rooms', 'set', 'ops', '--archive'],
  ['rooms', 'add', 'ops', 'luis'],
  ['rooms', 'ban', 'ops', 'luis']
]

/** What no text may bring to a terminal: whatever acts, turns or hides. */
const harm = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u{e0000}-\u{e0fff}]/u
const noHarm = (output: string) => expect(output.replace(/[\n\t]/g, '')).not.toMatch(harm)

const calls = (all: readonly string[][]) => all.map((args) => ({ args, words: args.join(' ') }))

test.each(calls(lists))('in a pipe, chat $words writes a line for each text, whole and harmless', async ({ args }) => {
  const { code, stdout, stderr } = await home.chat(args)
  expect({ code, stderr: args[0] === 'watch' ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  noHarm(stdout + stderr)
  const rows = stdout.trimEnd().split('\n')
  expect(rows).toHaveLength(hostileTexts.length)
  for (const [at, text] of hostileTexts.entries()) expect(rows[at]?.split('\t')).toContain(tabLine([text]))
})

test.each(calls([...things, ...silent]))('in a pipe, what chat $words prints is harmless', async ({ args }) => {
  const { code, stdout, stderr } = await home.chat(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  noHarm(stdout)
  expect(stdout.match(/\n/g)?.length ?? 0).toBeLessThan(2)
})

test.each(calls([...lists, ...things, ...silent, ['export']]))(
  'with --json, chat $words says the same in harmless letters',
  async ({ args }) => {
    const { code, stdout, stderr } = await home.chat([...args, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    noHarm(stdout)
    const values = new Set<unknown>()
    const note = (_member: string, value: unknown) => {
      values.add(value)
      return value
    }
    for (const line of stdout.trimEnd().split('\n')) JSON.parse(line, note)
    const said = lists.includes(args) || args[0] === 'export' ? hostileTexts : [manyInOne]
    expect(said.filter((text) => !values.has(text))).toEqual([])
  }
)

test('a refusal in such words is one harmless sentence, and one harmless line of JSON; --explain shows it as well', async () => {
  for (const text of hostileTexts) {
    const refusing = await hostileServer(text)
    const env = { CHAT_SERVER: refusing.url }
    const plain = await home.chat(['whoami', '--explain'], { env })
    expect(plain).toMatchObject({ code: 2, stdout: '' })
    noHarm(plain.stderr)
    const [told = ''] = plain.stderr.split('\n').filter((line) => line.startsWith('chat: '))
    expect(told).toContain(`chat: ${neutralise(text)}`)
    const json = await home.chat(['whoami', '--json'], { env })
    noHarm(json.stderr)
    expect(json.stderr).toMatch(/^\{[^\n]*\}\n$/)
    expect(JSON.parse(json.stderr)).toMatchObject({ detail: text, code: text.slice(0, 40) })
    refusing.end()
  }
})

const noTmux = tmuxMissing()

describe.skipIf(noTmux !== undefined)('on a terminal', () => {
  const tmux = new Tmux()
  const letters = (text: string) => text.replace(/\s/g, '')
  /** The beginning of each line of each text, as it can be found among letters. */
  const recognised = (shown: string, texts: readonly string[]) =>
    texts.flatMap(neutraliseLines).filter((line) => !shown.includes(letters(line).slice(0, 60)))

  /** Whether a text has become a line of somebody else, or of ours. In a table each row begins with a name. */
  const isForged = (row: string, isTable: boolean) =>
    /^ {3}(?:8 09:15 marta|9 09:16 luis)/.test(row) || (!isTable && row === '-- ana left --')

  /** Without the escape sequences that the program itself writes. There are no others. */
  function withoutOwn(bytes: string, own: RegExp): string {
    const [before = '', ...parts] = bytes.split('\x1b')
    expect(parts.filter((part) => !own.test(part))).toEqual([])
    return before + parts.map((part) => part.replace(own, '')).join('')
  }

  /** What is written when this runs in a terminal, and the rows that it leaves. */
  async function written(lines: readonly string[], act = async (_terminal: Awaited<ReturnType<Tmux['open']>>) => {}) {
    const terminal = await tmux.open(`read go; ${lines.join('; ')}`, home.env, { columns: 100 })
    const bytes = await terminal.record()
    await terminal.press('Enter')
    await act(terminal)
    await terminal.until(/^\[exit \d+\]/)
    await expect.poll(bytes).toContain('[exit')
    const [all = ''] = bytes().split('[exit')
    return { all, rows: await terminal.rows() }
  }
  const chat = (args: readonly string[]) => `${process.execPath} ${program} ${args.join(' ')}`

  test('lists and sentences show every text, and write nothing but letters and our own colours', async () => {
    for (const args of lists) {
      const { all, rows } = await written([chat(args)])
      const bare = withoutOwn(all, /^\[(?:1|22|39|38;5;\d+)m/)
      expect({ args, harm: harm.exec(bare.replace(/\r?\n/g, ''))?.[0] }).toEqual({ args, harm: undefined })
      expect({ args, lost: recognised(letters(bare), hostileTexts) }).toEqual({ args, lost: [] })
      const isTable = !['history', 'search', 'watch'].includes(args[0] ?? '')
      expect({ args, forged: rows.filter((row) => isForged(row, isTable)) }).toEqual({ args, forged: [] })
    }
    const { all } = await written([...things, ...silent].map(chat))
    noHarm(all.replaceAll('\r\n', '\n'))
    expect(recognised(letters(all), [manyInOne.replaceAll('\n', '\\x0a')])).toEqual([])
  })

  test.each([[[]], [['--plain']]])('join %j shows what was written and who is here', async (flags) => {
    const { all, rows } = await written([chat(['join', 'general', ...flags])], async (terminal) => {
      await terminal.until(/fin|up to date/)
      await terminal.press('C-d')
    })
    const bare = withoutOwn(all, /^\[(?:(?:1|22|39|38;5;\d+)m|\d*[AB]|[JK]|\?2004[hl])/)
    expect(harm.exec(bare.replaceAll('\x07', '').replace(/[\r\n]/g, ''))?.[0]).toBe(undefined)
    expect(recognised(letters(bare), hostileTexts)).toEqual([])
    expect(rows.filter((row) => isForged(row, false))).toEqual([])
  })
})

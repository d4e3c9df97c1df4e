import { existsSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
import { overview as overviewFor } from '../src/help/overview.ts'
import { helpPage } from '../src/help/page.ts'
import { Home } from './support/chat.ts'

const home = new Home()
const overview = overviewFor('chat')
afterAll(() => home.remove())

test('without anything, and with --help, it says what there is', async () => {
  for (const args of [[], ['--help'], ['help']])
    expect(await home.chatAlone(args)).toEqual({ code: 0, stdout: overview, stderr: '' })
})

test('the overview fits 80 columns and names the commands that exist, no others', () => {
  for (const line of `${overview}${overviewFor('node chat.mjs')}`.split('\n')) expect(line.length).toBeLessThan(80)
  const [, named = ''] = /TALK(.*?)EXAMPLES/s.exec(overview) ?? []
  const names = named.split(/\n[A-Z]*| {2,}/).filter((name) => name !== '')
  expect(names.sort()).toEqual(
    Object.keys(commands)
      .map((id) => id.replace(':', ' '))
      .sort()
  )
})

test('--room is offered where it changes something', async () => {
  for (const id of Object.keys(commands)) {
    const page = await helpPage(id, 80)
    expect(
      page.some((line) => /^ +--room ROOM/.test(line)),
      id
    ).toBe(!withoutRoom.test(id))
  }
})

/** Commands that are about no room, or name it themselves. */
const withoutRoom = /^(?:search|login|logout|link|password|whoami|completion|invite:revoke|bots.*|tokens|tokens:revoke|rooms.*)$/

test('flags before the command count as those after it', async () => {
  const line = (...args: string[]) => home.chat(args)
  const after = await line('send', '--server', 'http://127.0.0.1:9', '--as', 'ana', 'hi')
  expect(after).toMatchObject({ code: 3, stdout: '' })
  expect(after.stderr).toContain('You are not signed in to http://127.0.0.1:9 as “ana”')
  expect(await line('--server', 'http://127.0.0.1:9', '--as=ana', 'send', 'hi')).toEqual(after)
  const json = await line('--json', '--server=http://127.0.0.1:9', 'send', '--as', 'ana', 'hi')
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'no-identity' })
})

test('--version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(await home.chat(['--version'])).toEqual({ code: 0, stdout: `chat ${version}\n`, stderr: '' })
})

const slips = [
  [['frob']],
  [['sned', 'hi']],
  [['hi all']],
  [['http://127.0.0.1:9']],
  [['--sever', 'x', 'whoami']],
  [['whoami', '--sever', 'x']],
  [['--as', 'ana']],
  [['edit', '7']],
  [['history', '--before', 'x']],
  [['send', '--frob', 'x']],
  [['send', '--timeout', 'soon', 'x']],
  [['whoami', 'a']],
  [['rooms', 'frob']],
  [['rooms', 'set', 'ops']],
  [['rooms', 'add', 'ops']],
  [['watch', '--match', '(']],
  [['watch', '--timeout', 'soon']],
  [['join', 'ftp://example.org']]
]

test.each(slips)('%j is a usage error: one sentence, or one line of JSON', async (args) => {
  const plain = await home.chat(args)
  expect(plain).toMatchObject({ code: 2, stdout: '' })
  expect(plain.stderr).toMatch(/^chat: [^\n]+\n$/)
  const json = await home.chat([...args, '--json'])
  expect(json).toMatchObject({ code: 2, stdout: '' })
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'usage', detail: expect.any(String) })
})

test.each([
  [['edit', '7'], 'Missing: the new text, or - for standard input. For example: chat edit 42 "good evening"'],
  [['rooms', 'add', 'ops'], 'Missing: the user. For example: chat rooms add plans marta'],
  [['send', '-q', 'x'], 'Unknown option: -q. Put -- before a text that begins with -. For example: chat send "good morning"'],
  [['rooms', '--mien', '--match=x'], 'Unknown option: --mien. Did you mean: chat rooms --mine --match=x'],
  [['send', '--romo=ops', '--', '--romo'], 'Unknown option: --romo. Did you mean: chat send --room=ops -- --romo'],
  [['whoami', '--rom', 'x'], 'Unknown option: --rom. For example: chat whoami'],
  [['send', 'a', 'b'], 'Too many arguments: “b”; put the text in quotes. For example: chat send "good morning"'],
  [['tokens', 'create'], 'Missing: --name. For example: chat tokens create --name nightly --room builds --expires 90d'],
  [
    ['tokens', 'create', '--room', 'a', '--room', 'b', '--name', 'x', '--scope', 'all'],
    '--scope takes read or write, not “all”. For example: chat tokens create --name reader --scope read'
  ],
  [['leave', '--yes'], '--yes needs --for-ever. For example: chat leave ops'],
  [['whoami', 'a'], 'Too many arguments: “a”. For example: chat whoami'],
  [['send', '--tail', '--split', 'x'], '--split and --tail cannot be used together. For example: chat send "good morning"'],
  [['history', '-n', 'x'], '--lines takes a whole number, not “x”. For example: chat history'],
  [['history', '-n', '0'], '--lines must be at least 1, not 0. For example: chat history'],
  [['watch', '--state'], '--state needs a value. For example: chat watch --state ~/.seen --once --json'],
  [['send', 'x', '--key'], '--key needs a value. For example: chat send "good morning"'],
  [['send', 'x', '--key', 'a', '--key', 'b'], '--key can be given only once. For example: chat send "good morning"']
])('%j is answered in our own words, with a line that works', async (args, sentence) => {
  expect((await home.chat(args)).stderr).toBe(`chat: ${sentence}\n`)
})

test.skipIf(!existsSync('/dev/full'))('a full disk is told in one sentence', async () => {
  expect(await home.shell('chat --version >/dev/full')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'chat: The output cannot be written: the disk is full. [ENOSPC]\n'
  })
})

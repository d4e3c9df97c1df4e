import { platform } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home

beforeAll(async () => {
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.chat(['join', '--as', 'ana'])
})
afterAll(async () => {
  ana.remove()
  await server.server.end()
  server.remove()
})

const texts = async () =>
  JSON.parse((await ana.chat(['history', '--json'])).stdout).messages.map(({ text }: { text: string }) => text)

describe.skipIf(platform() !== 'linux')('words that are not UTF-8', () => {
  test.each([
    `send "$(printf 'caf\\351')"`,
    `send -- "$(printf 'caf\\351')"`,
    `send x --room "$(printf 'caf\\351')"`,
    `edit 1 "$(printf 'caf\\351')"`,
    `rooms create cafe --title "$(printf 'caf\\351')"`,
    `watch --match "$(printf 'caf\\351')"`
  ])('chat %s is a usage error, and nothing is done', async (line) => {
    const before = await texts()
    expect(await ana.shell(`chat ${line}`)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'chat: “caf�” is not UTF-8. To send a text in another encoding: iconv -f ISO-8859-1 -t UTF-8 FILE | chat send -\n'
    })
    expect(await texts()).toEqual(before)
  })

  test('so is a variable that a command is told its place by', async () => {
    expect(await ana.shell(`CHAT_ROOM="$(printf 'caf\\351')" chat send x`)).toMatchObject({
      code: 2,
      stderr: 'chat: CHAT_ROOM is not UTF-8. Set it again in a terminal that uses UTF-8.\n'
    })
  })

  test('a U+FFFD that was meant is sent', async () => {
    expect((await ana.chatAlone(['send', 'a\ufffdb'])).code).toBe(0)
    expect((await texts()).at(-1)).toBe('a\ufffdb')
  })
})

test('a pipe that is not UTF-8 is refused, and nothing is sent', async () => {
  const before = await texts()
  const { code, stdout, stderr } = await ana.shell(`printf 'caf\\351' | chat send -`)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^chat: Standard input is not UTF-8 \(byte 4, in line 1, is 0xE9\); nothing was sent\./)
  expect(await texts()).toEqual(before)
})

test('a pipe that never ends does not keep send', async () => {
  expect(await ana.shell('yes | chat send -')).toMatchObject({ code: 2, stdout: '' })
})

test.each([
  [['send', '--key', 'clé—', 'x'], {}, '--key'],
  [['edit', '1', 'x', '--if-match', '“1”'], {}, '--if-match'],
  [['whoami'], { CHAT_TOKEN: 'té—' }, 'CHAT_TOKEN'],
  [['whoami'], { CHAT_TOKEN: 'token\n' }, 'CHAT_TOKEN']
])('%j %j: what HTTP cannot carry is a usage error', async (args, env, name) => {
  const { code, stderr } = await ana.chat(args, { env })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(new RegExp(`^chat: ${name} [^\\n]+ visible ASCII`)) })
})

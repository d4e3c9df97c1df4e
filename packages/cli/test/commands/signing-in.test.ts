import { readdirSync, readFileSync, statSync } from 'node:fs'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startServer, startWith } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home

const secret = 'correct horse battery'

beforeAll(async () => {
  const chat = await startWith(['ana'], '--limits', 'signin=1000+1000/min')
  server = chat.server
  ;[ana] = chat.homes
  await ana.client.users.setPassword({ password: secret })
  return chat.end
})

function home(env: Record<string, string> = {}): Home {
  const made = new Home(env)
  onTestFinished(() => made.remove())
  return made
}

/** Somebody of this name, who has joined, and a second computer of theirs. */
async function person(name: string): Promise<[Home, Home]> {
  const first = home({ CHAT_SERVER: server.url })
  await first.join(server.url, name)
  return [first, home()]
}

const identityOf = ({ folder }: Home) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('identities/') && path.endsWith('.json'))
    .map((path) => `${folder}/${path}`)

test('a password from standard input signs in, is remembered for nobody else to read, and makes the server the default', async () => {
  const laptop = home()
  expect(await laptop.chat(['login', server.url, '--as', 'ANA', '--password-stdin'], { input: `${secret}\n` })).toEqual({
    code: 0,
    stdout: '',
    stderr: ''
  })
  expect(JSON.parse((await laptop.chat(['whoami', '--json'])).stdout)).toMatchObject({
    name: 'ana',
    server: server.url,
    room: 'general'
  })
  const [file = ''] = identityOf(laptop)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).not.toContain(secret)
})

test('a wrong password is told with 3, and nothing is remembered', async () => {
  const laptop = home()
  for (const name of ['ana', 'nobody']) {
    const args = ['login', server.url, '--as', name, '--password-stdin']
    expect(await laptop.chat(args, { input: 'wrong horse' })).toEqual({
      code: 3,
      stdout: '',
      stderr: 'chat: The name or the password is wrong. [401 sign-in-failed]\n'
    })
  }
  expect(identityOf(laptop)).toEqual([])
})

test('who guesses too often is told when to go on, with 6', async () => {
  const strict = await startServer('--limits', 'signin=1+1/h')
  onTestFinished(async () => {
    await strict.server.end()
    strict.remove()
  })
  const args = ['login', strict.url, '--as', 'ana', '--password-stdin']
  expect((await home().chat(args, { input: 'guess' })).code).toBe(3)
  expect(await home().chat(args, { input: 'guess' })).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('[429 rate-limited]')
  })
})

test('without a terminal no password is asked for, and it says how to give one', async () => {
  expect(await home().chat(['login', server.url, '--as', 'ana'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `chat: There is no terminal on which to ask for your password. For example: chat login ${server.url} --as ana --password-stdin < FILE\n`
  })
  expect((await home().chat(['login', 'https://example.org/;reboot', '--as', 'ana'])).stderr).toContain(
    'chat login "https://example.org/;reboot" --as ana --password-stdin < FILE'
  )
  expect(await home().chat(['login', server.url, '--password-stdin'], { input: secret })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Whose password is it?')
  })
  expect(await home().chat(['login', server.url, '--as', 'ana', '--password-stdin'])).toMatchObject({
    code: 2,
    stderr: 'chat: Standard input was empty.\n'
  })
})

test('a token in the environment leaves nothing to sign in to', async () => {
  const bare = home({ CHAT_SERVER: server.url, CHAT_TOKEN: 'x' })
  for (const words of [
    ['login', '--code', 'x'],
    ['join', `${server.url}/#link=x`]
  ])
    expect(await bare.chat(words)).toMatchObject({
      code: 2,
      stderr: 'chat: CHAT_TOKEN is set: every command speaks with that token. Unset it to sign in.\n'
    })
})

test('a code of a device that is signed in signs another one in, once', async () => {
  const phone = home()
  const { stdout: code, stderr } = await ana.chat(['link'])
  expect(code).toMatch(/^[0-9A-Z]{26}\n$/)
  expect(stderr).toBe('')
  const grouped = code.trim().replace(/(.{4})(?=.)/g, '$1-')
  expect(await phone.chat(['login', server.url, '--code', grouped, '--json'])).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ server: server.url, room: 'general', name: 'ana' })}\n`
  })
  expect((await phone.chat(['whoami'])).stdout).toBe('ana\n')
  expect(await home().chat(['login', server.url, '--code', '-'], { input: code })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[410 link-spent]')
  })
  expect(await home().chat(['login', server.url, '--code', 'nonsense'])).toMatchObject({
    code: 3,
    stderr:
      'chat: This code is wrong, or too old. Check it, or create another one on a device where you are signed in. [401 sign-in-failed]\n'
  })
})

test.each([
  ['join', (link: string) => ['join', link]],
  ['login', (link: string) => ['login', link]],
  ['login --code', (link: string) => ['login', '--code', link]]
])('the link of a code signs another device in, once, by %s', async (_command, wordsOf) => {
  const phone = home()
  const { code } = await ana.client.sessions.link()
  const link = `${server.url}/#link=${code}`
  expect(await phone.chat([...wordsOf(link), '--json'])).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ server: server.url, room: 'general', name: 'ana' })}\n`
  })
  expect((await phone.chat(['whoami'])).stdout).toBe('ana\n')
  expect(await home().chat(wordsOf(link))).toMatchObject({ code: 4, stderr: expect.stringContaining('[410 link-spent]') })
})

test('the link of an invite signs nobody in, and it says what it is for', async () => {
  const link = `${server.url}/#join=K7QF29XMHB4T0RZC8W6VDN3GYE`
  expect(await home().chat(['login', link])).toMatchObject({
    code: 2,
    stderr: `chat: This is the link of an invite. To take a name with it: chat join "${link}"\n`
  })
})

test('link tells a program until when the code works', async () => {
  const { code, ...rest } = JSON.parse((await ana.chat(['link', '--json'])).stdout)
  expect(rest).toEqual({ expiresAt: expect.any(String), server: server.url, link: `${server.url}/#link=${code}` })
})

test('signing out ends the token there and forgets it here', async () => {
  const [first, laptop] = await person('luis')
  const { code } = await first.client.sessions.link()
  await laptop.chat(['login', server.url, '--code', code])
  const [file = ''] = identityOf(laptop)
  const { token } = JSON.parse(readFileSync(file, 'utf8'))
  expect(await laptop.chat(['logout', '--json'])).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ server: server.url, name: 'luis', ended: true })}\n`
  })
  expect(identityOf(laptop)).toEqual([])
  expect(await laptop.chat(['whoami'])).toMatchObject({
    code: 3,
    stderr: `chat: You are not signed in to ${server.url} as “luis” on this computer.\nIf the name is yours, sign in: chat login --as luis\nIf it is free, take it: chat join --as luis\n`
  })
  expect(await laptop.chat(['whoami'], { env: { CHAT_SERVER: server.url, CHAT_TOKEN: token } })).toMatchObject({ code: 3 })
  expect((await first.chat(['whoami'])).stdout).toBe('luis\n')
})

test('who is signed out at the server already is signed out here', async () => {
  const [first] = await person('marta')
  await first.client.sessions.end()
  expect(await first.chat(['whoami'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('[401 unauthorized]\nTo sign in again: chat login\n')
  })
  expect((await first.chat(['logout'])).code).toBe(0)
  expect(identityOf(first)).toEqual([])
})

test('without the server, signing out needs --force, and says that the token is still valid', async () => {
  const gone = await startServer()
  const somebody = home()
  await somebody.join(gone.url, 'eva')
  await gone.server.end()
  gone.remove()
  expect(await somebody.chat(['logout'])).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(
      /^chat: No server answers at .*\. You are still signed in\. To forget eva on this computer all the same: chat logout --force\n$/
    )
  })
  expect(identityOf(somebody)).toHaveLength(1)
  expect(await somebody.chat(['logout', '--force'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('This computer has forgotten eva, but the token stays valid until eva sets a new password.\n')
  })
  expect(identityOf(somebody)).toEqual([])
})

test('a script sets a first password from one line and changes it with two; other devices are signed out', async () => {
  const [first, laptop] = await person('rosa')
  const { code } = await first.client.sessions.link()
  await laptop.chat(['login', server.url, '--code', code])
  expect(await first.chat(['password', '--stdin'], { input: `${secret}\n` })).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await laptop.chat(['whoami'])).code).toBe(3)
  expect((await first.chat(['password', '--stdin'], { input: `${secret}\nsomething else\n` })).code).toBe(0)
  expect((await laptop.chat(['login', server.url, '--as', 'rosa', '--password-stdin'], { input: 'something else' })).code).toBe(0)
})

test.each([
  ['new password\n', 3, 'You have a password already: give that one too. [403 wrong-password]'],
  ['wrong\nnew password\n', 3, 'That is not your current password. [403 wrong-password]'],
  [`${secret}\nshort\n`, 2, 'The password has 5 characters; it needs at least 8. [422 invalid-body]'],
  ['a\nb\nc\n', 2, 'Standard input has more than two lines.'],
  ['', 2, 'Standard input was empty.']
])('a password of %j is not set, and it says why', async (input, code, sentence) => {
  expect(await ana.chat(['password', '--stdin'], { input })).toEqual({ code, stdout: '', stderr: `chat: ${sentence}\n` })
})

test('without a terminal no new password is asked for', async () => {
  expect(await ana.chat(['password'])).toMatchObject({ code: 2, stderr: expect.stringContaining('chat password --stdin') })
})

import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server.server.end()
  server.remove()
})

const onlyJoins = 'Without a terminal, join only joins. To send what comes from a pipe or a file: chat send -'

function home(env: Record<string, string> = {}): Home {
  const made = new Home(env)
  onTestFinished(() => made.remove())
  return made
}

test('without a terminal, join registers, remembers, and ends; the others go where it went', async () => {
  const somebody = home()
  expect(await somebody.chat(['join', server.url, '--as', 'marta'])).toEqual({
    code: 0,
    stdout: '',
    stderr: `Joined general at ${server.url} as marta (new name, remembered here).\n${onlyJoins}\n`
  })
  expect(await somebody.chat(['whoami'])).toEqual({ code: 0, stdout: 'marta\n', stderr: '' })
  expect((await somebody.chat(['join'])).stderr).toBe(`Joined general at ${server.url} as marta.\n${onlyJoins}\n`)
  expect(JSON.parse((await somebody.chat(['whoami', '--json'])).stdout)).toMatchObject({
    name: 'marta',
    server: server.url,
    room: 'general'
  })
})

test('an address needs no http://, and a room is told from a server', async () => {
  const somebody = home()
  const { stdout } = await somebody.chat(['join', server.url.slice('http://'.length), '--as', 'eva', '--json'])
  expect(JSON.parse(stdout)).toEqual({ server: server.url, room: 'general', name: 'eva' })
  expect(await somebody.chat(['join', 'nowhere'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[404 room-not-found]')
  })
  expect((await somebody.chat(['whoami', '--json'])).stdout).toContain('"room":"general"')
})

test('a server of this computer is the same however it is called', async () => {
  const somebody = home()
  await somebody.chat(['join', server.url, '--as', 'vera'])
  const other = server.url.replace('127.0.0.1', 'LocalHost')
  expect((await somebody.chat(['join', other])).stderr).toBe(`Joined general at ${other.toLowerCase()} as vera.\n${onlyJoins}\n`)
  expect((await somebody.chat(['whoami', '--server', server.url])).stdout).toBe('vera\n')
  const neighbour = server.url.replace('127.0.0.1', '127.0.0.2')
  expect(await somebody.chat(['send', 'hi', '--server', neighbour])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`You have no name on ${neighbour} yet`)
  })
})

test('without a name and without a terminal it says how to give one', async () => {
  expect(await home().chat(['join', server.url])).toEqual({
    code: 2,
    stdout: '',
    stderr: `chat: You have no name on ${server.url} yet. Choose one, for example: chat join ${server.url} --as ana\n`
  })
})

test('with nothing on standard input, join says nothing of it', async () => {
  const { stderr } = await home().shell(`chat join ${server.url} --as nadie </dev/null`)
  expect(stderr).toBe(`Joined general at ${server.url} as nadie (new name, remembered here).\n`)
})

test.each(['10.77.0.1', 'localhost'])('join %s is told how to name a server', async (where) => {
  expect(await home().chat(['join', where, '--as', 'x'])).toMatchObject({
    code: 2,
    stderr: `chat: “${where}” alone means a room. To join a server, write: chat join http://${where}:1543\n`
  })
})

test('a room with a dot in its name that is not there may be a server, and so may one that nobody can be asked about', async () => {
  const what = '“chat.example.org” alone means a room.'
  const hint = 'To join a server, write: chat join http://chat.example.org:1543'
  const there = await home().chat(['join', 'chat.example.org', '--as', 'rosa', '--server', server.url])
  expect(there).toMatchObject({ code: 4, stderr: expect.stringContaining(`. ${what} [404 room-not-found]\n${hint}\n`) })
  const nowhere = await home().chat(['join', 'chat.example.org', '--as', 'rosa', '--server', 'http://127.0.0.1:9'])
  expect(nowhere).toMatchObject({ code: 7, stderr: expect.stringContaining(`(connection refused). ${what} ${hint}\n`) })
})

test.each([
  ['the page', '/#room=', ''],
  ['the protocol', '/v1/rooms/', ''],
  ['a message', '/v1/rooms/', '/messages/42']
])('the address that a room has in %s leads into it', async (what, before, after) => {
  const owner = home()
  const name = `ñu-${what.slice(-4)}`
  await owner.join(server.url, name)
  await owner.client.rooms.create({ name })
  const address = server.url + before + encodeURIComponent(name) + after
  const { code, stdout } = await home().chat(['join', address, '--as', `guest-${what.slice(-4)}`, '--json'])
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({
    code: 0,
    stdout: { server: server.url, room: name, name: `guest-${what.slice(-4)}` }
  })
})

test('what is no address is refused before anything is asked', async () => {
  const { code, stderr } = await home().chat(['join', `ws${server.url.slice(4)}`, '--as', 'x'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`It begins with http:// or https://, as in ${server.url}`)
  })
  const secret = await home().chat(['join', server.url.replace('//', '//ana:geheim@')])
  expect(secret).toMatchObject({ code: 2, stderr: expect.stringContaining(`chat join ${server.url} --as ana\n`) })
  expect(secret.stderr).not.toContain('geheim')
})

test('a name that is not remembered is told from having none', async () => {
  const somebody = home()
  await somebody.chat(['join', server.url, '--as', 'olga'])
  expect(await somebody.chat(['whoami', '--as', 'pia'])).toMatchObject({
    code: 3,
    stderr: `chat: You are not signed in to ${server.url} as “pia” on this computer, only as olga.\nIf the name is yours, sign in: chat login --as pia\nIf it is free, take it: chat join --as pia\n`
  })
})

test('a name that is taken ends with 5', async () => {
  await home().chat(['join', server.url, '--as', 'luis'])
  expect(await home().chat(['join', server.url, '--as', 'Luis'])).toMatchObject({
    code: 5,
    stderr: `chat: The name “Luis” is taken. Choose another with --as. [409 name-taken]\nIf it is yours, sign in: chat login ${server.url} --as Luis\n`
  })
})

test('whoever holds a name at another address of the server is told which, and how to sign in at this one', async () => {
  const somebody = home()
  await somebody.join(server.url, 'bob')
  const address = server.url.replace('127.0.0.1', '[::ffff:7f00:1]')
  await somebody.client.users.setPassword({ password: 'four words are enough' })
  const { code, stderr } = await somebody.chat(['join', address, '--as', 'BOB'])
  expect(code).toBe(5)
  expect(stderr).toContain(
    `You hold “bob” at ${server.url}. [409 name-taken]\nIf that is the same server at a new address, sign in there: chat login `
  )
  const [, line] = /: (chat login .*)$/m.exec(stderr) ?? []
  expect(await somebody.shell(`echo 'four words are enough' | ${line} --password-stdin`)).toMatchObject({ code: 0 })
  expect((await somebody.chat(['whoami', '--server', address])).stdout).toBe('bob\n')
})

test('no name is taken where its token could not be kept', async () => {
  const { code, stdout, stderr } = await home({ XDG_CONFIG_HOME: '/proc/nope' }).chat(['join', server.url, '--as', 'noa'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^chat: Cannot write to \/proc\/nope\/tertulia [^\n]+ XDG_CONFIG_HOME[^\n]+\n$/)
  expect((await home().chat(['join', server.url, '--as', 'noa'])).code).toBe(0)
})

test('whoever has joined is told what could not be made the default, and how to do without', async () => {
  const somebody = home()
  await somebody.join(server.url, 'zoe')
  makeIrreplaceable(somebody)
  const lacking = 'but it could not be made your default (name too long)'
  const flags = '--as zed'
  expect(await somebody.chat(['join', server.url, '--as', 'zed', '--json'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"zed"'),
    stderr: expect.stringContaining(`as zed (new name, remembered here), ${lacking}. Use ${flags}\n`)
  })
  expect((await somebody.chat(['whoami', ...flags.split(' ')])).stdout).toBe('zed\n')
})

test('whoever has left is told what stays the default, and how to do without', async () => {
  const [somebody, owner] = [home(), home()]
  await somebody.join(server.url, 'zara')
  await owner.join(server.url, 'zack')
  await owner.client.rooms.create({ name: 'zoo' })
  await somebody.chat(['join', 'zoo'])
  makeIrreplaceable(somebody)
  expect(await somebody.chat(['leave'])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^chat: zoo could not be replaced as your default room \(.+\)\. To send .* --room general\.\n$/)
  })
})

test('a relative XDG_CONFIG_HOME puts nothing into the current folder', async () => {
  const somebody = home({ XDG_CONFIG_HOME: 'config' })
  const { stdout } = await somebody.shell(
    `mkdir "$HOME/here"; cd "$HOME/here"; chat join ${server.url} --as sara; ls -A; chat whoami`
  )
  expect(stdout).toBe('sara\n')
  expect(readdirSync(somebody.folder).sort()).toEqual(['.config', 'here'])
})

test('a name is remembered however long its file would be called', async () => {
  const somebody = home()
  const name = '\ufdf2'.repeat(21)
  expect((await somebody.chat(['join', server.url, '--as', name])).code).toBe(0)
  expect(await somebody.chat(['whoami'])).toMatchObject({ code: 0, stdout: `${name}\n` })
})

test('a new name begins in general, though the last one was in a private room', async () => {
  const somebody = home()
  await somebody.join(server.url, 'irma')
  await somebody.client.rooms.create({ name: 'den', visibility: 'private' })
  await somebody.chat(['join', 'den'])
  expect((await somebody.chat(['join', '--as', 'ines'])).stderr).toContain(`Joined general at ${server.url} as ines (new name`)
})

test('with server and token in the environment nothing is read or written at home', async () => {
  const first = home()
  await first.chat(['join', server.url, '--as', 'ci'])
  const { token } = JSON.parse((await tokenOf(first)) ?? '{}')
  const bare = home({ CHAT_SERVER: server.url, CHAT_TOKEN: token })
  expect((await bare.chat(['whoami'])).stdout).toBe('ci\n')
  expect((await bare.chat(['join'])).stderr).toBe(`Joined general at ${server.url} as ci.\n${onlyJoins}\n`)
  expect((await bare.chat(['send', 'hi'])).code).toBe(0)
  expect(readdirSync(bare.folder)).toEqual([])
})

test('a server that has begun anew is joined anew', async () => {
  const somebody = home()
  const old = await startServer()
  await somebody.chat(['join', old.url, '--as', 'ana'])
  await old.server.end()
  old.remove()
  const fresh = await startServer()
  onTestFinished(async () => {
    await fresh.server.end()
    fresh.remove()
  })
  await moveIdentity(somebody, old.url, fresh.url)
  expect((await somebody.chat(['join', fresh.url])).stderr).toContain('as ana (new name, remembered here)')
  expect((await somebody.chat(['send', 'hi'])).code).toBe(0)
})

/** As in a folder without permission, which root would have: beside a file in so deep a folder there is no path for another one. */
function makeIrreplaceable({ folder }: Home): void {
  const file = `${folder}/tertulia/last-join.json`
  const pathMax = process.platform === 'darwin' ? 1_024 : 4_096
  let deep = realpathSync(folder)
  while (deep.length < pathMax - 210) deep += `/${'x'.repeat(199)}`
  deep += `/${'x'.repeat(pathMax - 11 - deep.length)}`
  mkdirSync(deep, { recursive: true })
  renameSync(file, `${deep}/last`)
  symlinkSync(`${deep}/last`, file)
}

async function tokenOf({ folder }: Home): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises')
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('ci.json'))
  return file && readFile(`${folder}/${file}`, 'utf8')
}

/** As if the first server had been at the address of the second. */
async function moveIdentity({ folder }: Home, from: string, to: string): Promise<void> {
  const { readFile, rename, writeFile } = await import('node:fs/promises')
  const identities = `${folder}/tertulia/identities`
  await rename(`${identities}/${encodeURIComponent(from)}`, `${identities}/${encodeURIComponent(to)}`)
  const file = `${identities}/${encodeURIComponent(to)}/ana.json`
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
}

test.each([
  ['', 'The name must not be empty.'],
  ['x'.repeat(50), 'The name has 50 characters; the limit is 32.']
])('the name “%s” is refused in a whole sentence', async (name, sentence) => {
  expect((await home().chat(['join', server.url, '--as', name])).stderr).toBe(`chat: ${sentence} [422 invalid-body]\n`)
})

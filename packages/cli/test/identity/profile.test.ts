import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Profile } from '../../src/identity/profile.ts'

const server = 'http://127.0.0.1:1543'
const ana = { server, name: 'Ana', token: 'secret' }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'chat-profile-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const filesIn = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file))

test('nothing is remembered at first, and nothing is written by asking', () => {
  const path = folder()
  const profile = new Profile(join(path, 'tertulia'))
  expect(profile.lastJoin()).toBeUndefined()
  expect(profile.identity(server, 'ana')).toBeUndefined()
  expect(profile.identities(server)).toEqual([])
  expect(filesIn(path)).toEqual([])
})

test('identities are kept for each server and name, in any spelling of the name', () => {
  const profile = new Profile(folder())
  profile.remember(ana)
  profile.remember({ server, name: 'luis', token: 'other' })
  profile.remember({ server: 'http://203.0.113.9:1543', name: 'ana', token: 'third' })
  expect(profile.identity(server, 'ANA')).toEqual(ana)
  expect(profile.identity('http://203.0.113.9:1543', 'ana')).toMatchObject({ token: 'third' })
  expect(profile.identities(server).map(({ name }) => name)).toEqual(['Ana', 'luis'])
})

const spellings = ['http://127.0.0.1:1543', 'http://localhost:1543', 'http://[::1]:1543']

test.each(spellings.flatMap((one) => spellings.filter((other) => other !== one).map((other) => [one, other])))(
  'who has a name at %s has it at %s, in one file',
  (one, other) => {
    const path = folder()
    const profile = new Profile(path)
    profile.remember({ server: one, name: 'ana', token: 'first' })
    profile.prepare(other)
    expect(profile.identity(other, 'Ana')).toMatchObject({ token: 'first' })
    expect(profile.identities(other)).toHaveLength(1)
    profile.remember({ server: other, name: 'ana', token: 'second' })
    profile.remember({ server: other, name: 'luis', token: 'third' })
    expect(profile.identity(one, 'ana')).toMatchObject({ token: 'second' })
    expect(profile.identities(one).map(({ name }) => name)).toEqual(['ana', 'luis'])
    expect(profile.serversOf('ana')).toHaveLength(1)
    expect(filesIn(path).filter((file) => file.endsWith('ana.json'))).toHaveLength(1)
    profile.forget({ server: one, name: 'ana' })
    expect(profile.identity(other, 'ana')).toBeUndefined()
  }
)

test('where a name is remembered in several spellings, that of the address counts, and all are forgotten', () => {
  const path = folder()
  const both = new Profile(path)
  for (const [server, token] of [
    ['http://localhost:1543', 'old'],
    ['http://127.0.0.1:1543', 'new']
  ] as const) {
    const own = join(path, 'identities', encodeURIComponent(server))
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'ana.json'), JSON.stringify({ server, name: 'ana', token }))
  }
  expect(both.identity('http://localhost:1543', 'ana')).toMatchObject({ token: 'old' })
  expect(both.identity('http://127.0.0.1:1543', 'ana')).toMatchObject({ token: 'new' })
  expect(both.identities('http://[::1]:1543')).toHaveLength(1)
  both.forget({ server: 'http://[::1]:1543', name: 'ana' })
  expect(both.identities('http://localhost:1543')).toEqual([])
})

test.each([
  'http://127.0.0.2:1543',
  'http://127.0.0.1:1544',
  'http://127.0.0.1',
  'https://127.0.0.1:1543',
  'http://127.0.0.1:1543/chat',
  'http://localhost.example.org:1543',
  'http://[::2]:1543'
])('a token of http://127.0.0.1:1543 is not for %s', (other) => {
  const profile = new Profile(folder())
  profile.remember(ana)
  expect(profile.identity(other, 'ana')).toBeUndefined()
  expect(profile.identities(other)).toEqual([])
})

test('only their owner can read them, whatever the umask', () => {
  const path = folder()
  const before = process.umask(0)
  onTestFinished(() => {
    process.umask(before)
  })
  const profile = new Profile(join(path, 'tertulia'))
  profile.remember(ana)
  profile.rememberJoin({ server, name: 'ana', room: 'general' })
  for (const file of filesIn(path)) {
    const stats = statSync(file)
    expect(stats.mode & 0o777).toBe(stats.isDirectory() ? 0o700 : 0o600)
  }
})

test('a file is replaced whole, and nothing is left behind', () => {
  const path = folder()
  const profile = new Profile(path)
  profile.rememberJoin({ server, name: 'ana', room: 'general' })
  chmodSync(join(path, 'last-join.json'), 0o644)
  profile.rememberJoin({ server, name: 'ana', room: 'ops' })
  expect(profile.lastJoin()).toEqual({ server, name: 'ana', room: 'ops' })
  expect(statSync(join(path, 'last-join.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(path)).toEqual(['last-join.json'])
})

test.each([['{"server":'], [Buffer.from(JSON.stringify({ server, name: 'José', room: 'general' }), 'latin1')]])(
  'a damaged file is named, with what to do',
  (content) => {
    const path = folder()
    writeFileSync(join(path, 'last-join.json'), content)
    expect(() => new Profile(path).lastJoin()).toThrow(/last-join\.json is damaged\. Delete it/)
  }
)

test('a file that an editor has put a byte order mark into is read', () => {
  const path = folder()
  writeFileSync(join(path, 'last-join.json'), `\ufeff${JSON.stringify({ server, name: 'ana', room: 'ops' })}`)
  expect(new Profile(path).lastJoin()).toMatchObject({ room: 'ops' })
})

test('it lives where XDG says', () => {
  const path = folder()
  Profile.ofUser({ XDG_CONFIG_HOME: path }).rememberJoin({ server, name: 'ana', room: 'general' })
  expect(readdirSync(join(path, 'tertulia'))).toEqual(['last-join.json'])
})

test.each(['/proc/nope', '/dev/null'])(
  'where nothing can be remembered, as in %s, it says so at once, and what to do',
  (root) => {
    const profile = new Profile(join(root, '.config', 'tertulia'))
    expect(profile.identities(server)).toEqual([])
    expect(() => profile.prepare(server)).toThrow(/^Cannot write to .*\. Set XDG_CONFIG_HOME to a folder of your own, or /)
  }
)

test('preparing leaves nothing but a folder behind', () => {
  const path = folder()
  new Profile(path).prepare(server)
  expect(filesIn(path).filter((file) => statSync(file).isFile())).toEqual([])
})

test('what is one name to the server is one here, also where an earlier version kept it by another key', () => {
  const home = folder()
  const profile = new Profile(home)
  profile.remember({ ...ana, name: 'Straße' })
  expect(profile.identity(server, 'STRASSE')).toMatchObject({ name: 'Straße' })
  const names = join(home, 'identities', encodeURIComponent(server))
  renameSync(join(names, 'strasse.json'), join(names, `${encodeURIComponent('straße')}.json`))
  expect(profile.identity(server, 'Straße')).toMatchObject({ token: 'secret' })
  profile.remember({ ...ana, name: 'Straße', token: 'newer' })
  expect(profile.identity(server, 'straße')).toMatchObject({ token: 'newer' })
  expect(profile.identities(server)).toHaveLength(1)
})

// 64 bytes as a name, but 1,500 when the forms that count as one are put together and percent-encoded.
test.each(['\ufdf2'.repeat(21), 'ñ'.repeat(5_000)])(
  'a name has a file however long it is, and the same one in each spelling',
  (name) => {
    const profile = new Profile(folder())
    profile.remember({ ...ana, name })
    profile.remember({ ...ana, name: `${name}x`, token: 'other' })
    expect(profile.identity(server, name.toUpperCase())).toMatchObject({ name, token: 'secret' })
    expect(profile.identities(server)).toHaveLength(2)
    const address = `http://127.0.0.1:1543/${'team/'.repeat(100)}`
    profile.remember({ ...ana, server: address })
    expect(profile.identity(address, 'ana')).toMatchObject({ server: address })
  }
)

test('a name that was never remembered is not there, however long it is', () => {
  expect(new Profile(folder()).identity(server, 'x'.repeat(5_000))).toBeUndefined()
})

test('a symbolic link stays, and what it leads to is replaced', () => {
  const [path, elsewhere] = [folder(), folder()]
  const link = join(path, 'last-join.json')
  symlinkSync(join(elsewhere, 'kept.json'), link)
  const profile = new Profile(path)
  for (const room of ['general', 'ops']) {
    profile.rememberJoin({ server, name: 'ana', room })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(join(elsewhere, 'kept.json'), 'utf8'))).toMatchObject({ room })
  }
  expect([readdirSync(path), readdirSync(elsewhere)]).toEqual([['last-join.json'], ['kept.json']])
})

test('a save that fails leaves nothing behind', () => {
  const path = folder()
  mkdirSync(join(path, 'last-join.json'))
  expect(new Profile(path).rememberJoin({ server, name: 'ana', room: 'ops' })).toMatch(/directory/)
  expect(readdirSync(path)).toEqual(['last-join.json'])
})

test('whoever has no home remembers nothing, and is told so before a name is taken', () => {
  const profile = new Profile(undefined)
  expect([profile.lastJoin(), profile.identity(server, 'ana'), profile.identities(server)]).toEqual([undefined, undefined, []])
  expect(() => profile.prepare(server)).toThrow(/^You have no home folder .* XDG_CONFIG_HOME/)
})

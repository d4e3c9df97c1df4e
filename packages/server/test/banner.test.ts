import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { banner, farewell, leaving, localUrl, reachedAt } from '../src/banner.ts'

const facts = {
  version: '0.1.0',
  host: '127.0.0.1',
  port: 1543,
  kept: { db: `${homedir()}/.local/share/tertulia/chat.db` },
  isNew: true
}

test('the first start says where to go', () => {
  expect(banner(facts)).toBe(`Tertulia 0.1.0 is listening on http://127.0.0.1:1543

  Open the page   http://127.0.0.1:1543
  In a terminal   chat join --as YOUR-NAME
  Database        ~/.local/share/tertulia/chat.db  (new)

Only this computer can connect. For others: --host 0.0.0.0
Ctrl-C stops the server.
`)
})

test('on another port the command names the server, and an old database is not new', () => {
  const text = banner({ ...facts, port: 4000, isNew: false, kept: { db: '/srv/chat.db' } })
  expect(text).toContain('chat join http://127.0.0.1:4000 --as YOUR-NAME')
  expect(text).toContain('  Database        /srv/chat.db\n')
})

test('what to type is what works here; a friend is elsewhere', () => {
  const text = banner({ ...facts, host: '203.0.113.9', chat: 'npx chat' })
  expect(text).toContain('In a terminal   npx chat join http://203.0.113.9:1543 --as YOUR-NAME')
  expect(text).toContain('A friend joins  chat join http')
})

test('a server for others says how they join, and what that means', () => {
  const text = banner({ ...facts, host: '203.0.113.9' })
  expect(text).toContain('A friend joins  chat join http://203.0.113.9:1543 --as THEIR-NAME')
  expect(text).toContain('can register a name')
  expect(text).toContain('Nothing is encrypted')
  expect(text).not.toContain('Only this computer')
  expect(banner({ ...facts, host: '0.0.0.0', publicUrl: 'https://chat.example.org' })).toContain(
    'A friend joins  chat join https://chat.example.org --as THEIR-NAME'
  )
})

test('a server for others says what a friend opens in a browser, unless it is what is opened here', () => {
  const publicUrl = 'https://chat.example.org'
  for (const registration of ['open', 'invite', 'closed'] as const) {
    expect(banner({ ...facts, host: '0.0.0.0', publicUrl, registration })).toContain(`
  Open the page   http://127.0.0.1:1543
  A friend opens  https://chat.example.org
`)
  }
  expect(banner({ ...facts, host: '203.0.113.9' })).not.toContain('A friend opens')
  expect(banner({ ...facts, publicUrl })).not.toContain('A friend opens')
})

test('a server for others says how they join who have only Node, once, in 80 columns', () => {
  const text = banner({ ...facts, host: '203.0.113.193' })
  expect(text).toContain(`
  With Node only  curl -O http://203.0.113.193:1543/chat.mjs
                  node chat.mjs join http://203.0.113.193:1543 --as THEIR-NAME
`)
  for (const line of text.split('\n').filter((each) => each.includes('mjs'))) expect(line.length).toBeLessThanOrEqual(80)
  expect(banner({ ...facts, host: '0.0.0.0', publicUrl: 'https://chat.example.org/talk' })).toContain(`
  With Node only  curl -O https://chat.example.org/talk/chat.mjs
                  node chat.mjs join https://chat.example.org/talk --as THEIR-NAME
`)
  expect(banner({ ...facts, host: '0.0.0.0' }).match(/chat\.mjs\n/g)?.length ?? 0).toBeLessThanOrEqual(1)
  expect(banner(facts)).not.toContain('chat.mjs')
})

test('a server with a certificate is reached by a name that it is for', () => {
  const certificate = { names: ['chat.example.org'], isFor: (host: string) => host === 'chat.example.org' }
  const text = banner({ ...facts, host: '0.0.0.0', certificate })
  expect(text).toContain('is listening on https://0.0.0.0:1543\n')
  expect(text).toContain('Open the page   https://chat.example.org:1543\n')
  expect(text).toContain('A friend joins  chat join https://chat.example.org:1543 --as THEIR-NAME')
  expect(text).not.toContain('Nothing is encrypted')
  const local = { names: ['localhost'], isFor: (host: string) => host === 'localhost' }
  expect(banner({ ...facts, certificate: local })).toContain('chat join https://localhost:1543 --as YOUR-NAME')
  expect(localUrl('127.0.0.1', 80, { names: [], isFor: () => false })).toBe('https://127.0.0.1:80')
})

test.each(['127.0.0.1', '127.9.9.9', '127.1', 'localhost', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
  'only this computer can connect to %s',
  (host) => {
    expect(banner({ ...facts, host })).toContain('Only this computer can connect')
  }
)

test('programs on this machine are given an address that they can reach', () => {
  expect(localUrl('0.0.0.0', 80)).toBe('http://127.0.0.1:80')
  expect(localUrl('::', 80)).toBe('http://[::1]:80')
  expect(localUrl('0::0', 80)).toBe('http://[::1]:80')
  expect(localUrl('203.0.113.9', 80)).toBe('http://203.0.113.9:80')
})

test('the last line counts who was told to come back', () => {
  expect(farewell(0)).toBe('Stopping. Every message is on disk.')
  expect(farewell(1)).toBe('Stopping. 1 reader was told to come back; every message is on disk.')
  expect(farewell(3)).toBe('Stopping. 3 readers were told to come back; every message is on disk.')
})

test('what is told is cut at a space, not by an edge after 80 columns', () => {
  const told = (['open', 'invite', 'closed'] as const).map((registration) =>
    banner({ ...facts, host: '203.0.113.9', registration })
  )
  for (const line of [...told, leaving(600)].flatMap((text) => text.split('\n')))
    expect(line.length, line).toBeLessThanOrEqual(80)
})

test('whoever makes a server is shown how to become its admin', () => {
  const text = banner({ ...facts, adminLink: 'http://127.0.0.1:1543/#join=K7QF29XMHB4T0RZC8W6VDN3GYE', chat: 'npx chat' })
  expect(text).toContain(
    "\n  Become admin    npx chat join 'http://127.0.0.1:1543/#join=K7QF29XMHB4T0RZC8W6VDN3GYE'  (works once)\n  Database "
  )
})

test('a server for others says who may register', () => {
  const open = { ...facts, host: '203.0.113.9' }
  expect(banner({ ...open, registration: 'invite' })).toContain('Only people who are invited can register a name')
  expect(banner({ ...open, registration: 'closed' })).toContain('Nobody new can register a name')
})

test('where only who is invited may register, it says how to invite, and nothing that would be refused', () => {
  for (const host of ['127.0.0.1', '203.0.113.9']) {
    const text = banner({ ...facts, host, registration: 'invite' })
    expect(text).toContain('\n  Invite people   chat-server invite\n  Database ')
    expect(text).not.toContain('chat join')
    const closed = banner({ ...facts, host, registration: 'closed' })
    expect(closed).not.toMatch(/chat join|Invite people/)
  }
})

test('how to invite names the database, where it is not in its usual place', () => {
  const invite = { ...facts, registration: 'invite', isUsual: false, chat: 'npx chat' } as const
  expect(banner({ ...invite, kept: { db: '/srv/chat.db' } })).toContain('npx chat-server invite --db /srv/chat.db\n')
  expect(banner({ ...invite, kept: { db: "/srv/ana's chat.db" } })).toContain(
    `chat-server invite --db '/srv/ana'\\''s chat.db'\n`
  )
  expect(banner({ ...invite, kept: { store: 'postgres://chat@db/chat?sslmode=require' } })).toContain(
    "chat-server invite --store 'postgres://chat@db/chat?sslmode=require'\n"
  )
})

test('a link for others leads where they reach the server', () => {
  expect(reachedAt({ host: '127.0.0.1', port: 4000 })).toBe('http://127.0.0.1:4000')
  expect(reachedAt({ host: '127.0.0.1', port: 4000, publicUrl: 'https://chat.example.org' })).toBe('https://chat.example.org')
  expect(reachedAt({ host: '203.0.113.9', port: 4000 })).toBe('http://203.0.113.9:4000')
})

import { describe, expect, test } from 'vitest'
import { type Destination, destinationOf, mayBeHost, serverAddress } from '../../src/identity/destination.ts'

const server = 'http://203.0.113.9:1543'
const code = 'K7QF29XMHB4T0RZC8W6VDN3GYE'

describe.each<[string, [typed: string, where: Destination][]]>([
  [
    'a room',
    [
      ['ops', { room: 'ops' }],
      ['café', { room: 'café' }],
      ['chat.example.org', { room: 'chat.example.org' }],
      ['#ops', { room: 'ops' }],
      ['#room=ops', { room: 'ops' }]
    ]
  ],
  [
    'a server',
    [
      ['203.0.113.9:1543', { server }],
      ['http://203.0.113.9:1543', { server }],
      ['http://203.0.113.9:1543/', { server }],
      ['HTTP://203.0.113.9:1543//', { server }],
      ['http:/203.0.113.9:1543', { server }],
      ['http:///203.0.113.9:1543', { server }],
      [' "http://203.0.113.9:1543" ', { server }],
      ['<http://203.0.113.9:1543>', { server }],
      ['http://203.0.113.9:1543/chat.mjs', { server }],
      ['http://203.0.113.9:1543/?from=mail', { server }],
      ['http://203.0.113.9:1543#top', { server }],
      ['http://127.1:1543', { server: 'http://127.0.0.1:1543' }],
      ['http://127.0.0.1:80', { server: 'http://127.0.0.1' }],
      ['https://127.0.0.1:443/', { server: 'https://127.0.0.1' }],
      ['localhost:1543', { server: 'http://localhost:1543' }],
      ['HTTP://LocalHost:1543', { server: 'http://localhost:1543' }],
      ['http://localhost', { server: 'http://localhost' }],
      ['HTTPS://Chat.Example.org/team/', { server: 'https://chat.example.org/team' }],
      ['example.org/chat', { server: 'http://example.org/chat' }],
      ['https://example.org/api/v1/chat/', { server: 'https://example.org/api/v1/chat' }],
      ['[::1]:1543', { server: 'http://[::1]:1543' }],
      ['http://[0:0:0:0:0:0:0:1]:1543', { server: 'http://[::1]:1543' }],
      ['http://[2001:DB8::9]:1543/chat', { server: 'http://[2001:db8::9]:1543/chat' }],
      ['http://tertulia.español.example:1543', { server: 'http://tertulia.xn--espaol-zwa.example:1543' }],
      ['http://TERTULIA.ESPAÑOL.example:1543', { server: 'http://tertulia.xn--espaol-zwa.example:1543' }]
    ]
  ],
  [
    'a room of a server',
    [
      ['http://203.0.113.9:1543/#room=ops', { server, room: 'ops' }],
      ['http://203.0.113.9:1543#room=ops', { server, room: 'ops' }],
      ['http://203.0.113.9:1543/#room=caf%C3%A9', { server, room: 'café' }],
      ['http://203.0.113.9:1543/#room=café', { server, room: 'café' }],
      ['http://203.0.113.9:1543/%23room=ops', { server, room: 'ops' }],
      ['http://203.0.113.9:1543/#room=', { server }],
      ['203.0.113.9:1543/#room=ops', { server, room: 'ops' }],
      ['https://example.org/chat/#room=ops', { server: 'https://example.org/chat', room: 'ops' }],
      ['http://203.0.113.9:1543/v1/rooms/ops', { server, room: 'ops' }],
      ['http://203.0.113.9:1543/v1/rooms/ops/', { server, room: 'ops' }],
      ['http://203.0.113.9:1543/v1/rooms/ops/messages/42', { server, room: 'ops' }],
      ['203.0.113.9:1543/v1/rooms/ops/events?after=0', { server, room: 'ops' }],
      ['http://203.0.113.9:1543/v1/rooms/caf%C3%A9', { server, room: 'café' }],
      ['http://203.0.113.9:1543/v1/rooms', { server }],
      ['https://example.org/chat/v1/rooms/v1/messages', { server: 'https://example.org/chat', room: 'v1' }]
    ]
  ],
  [
    'an invite',
    [
      [`http://203.0.113.9:1543/#join=${code}`, { server, invite: code }],
      [`'http://203.0.113.9:1543/#join=${code}'`, { server, invite: code }],
      [`http://203.0.113.9:1543/#join=${code}.`, { server, invite: code }],
      [`http://203.0.113.9:1543/%23join=${code}`, { server, invite: code }],
      [`http://203.0.113.9:1543#join=${code}`, { server, invite: code }],
      [`203.0.113.9:1543/#join=${code}`, { server, invite: code }],
      ['http://203.0.113.9:1543/#join=K7QF-29XM', { server, invite: 'K7QF-29XM' }],
      [`https://example.org/chat/#join=${code}`, { server: 'https://example.org/chat', invite: code }],
      [`HTTPS://Example.org/chat#join=${code}`, { server: 'https://example.org/chat', invite: code }],
      [`#join=${code}`, { invite: code }]
    ]
  ],
  [
    'a code that signs in',
    [
      [`http://203.0.113.9:1543/#link=${code}`, { server, code }],
      [`https://example.org/chat/#link=${code}`, { server: 'https://example.org/chat', code }]
    ]
  ]
])('%s', (_kind, each) => {
  test.each(each)('is %s', (typed, where) => {
    expect(destinationOf(typed)).toEqual(where)
    // As --server the same leads to the same server.
    if (where.server !== undefined) expect(serverAddress(typed)).toBe(where.server)
  })
})

test.each([
  ['203.0.113.9', '“203.0.113.9” alone means a room. To join a server, write: chat join http://203.0.113.9:1543'],
  ['LocalHost', '“LocalHost” alone means a room. To join a server, write: chat join http://LocalHost:1543'],
  [
    'ftp://example.org',
    '“ftp://example.org” is not the address of a server. It begins with http:// or https://, as in http://example.org'
  ],
  ['wss://example.org/chat', 'It begins with http:// or https://, as in https://example.org/chat'],
  ['http://', '“http://” is not the address of a server. An address looks like http://127.0.0.1:1543'],
  ['http://a b', 'An address looks like http://127.0.0.1:1543'],
  ['http://[::1:1543', 'An address looks like http://127.0.0.1:1543'],
  ['::1', 'Put an IPv6 address in brackets: http://[::1]:1543'],
  ['http://fe80::1', 'Put an IPv6 address in brackets: http://[fe80::1]:1543'],
  ['http://[fe80::1%eth0]:1543', 'An address with a % (a zone) cannot be used'],
  ['203.0.113.9:99999', '“203.0.113.9:99999” is not the address of a server. Ports go from 1 to 65535'],
  ['http://203.0.113.9:0/', 'Ports go from 1 to 65535'],
  ['http://[::1]:70000', 'Ports go from 1 to 65535'],
  ['203.0.113.9:ops', '“ops” is not a port; an address looks like http://127.0.0.1:1543'],
  [
    'http://203.0.113.9:1543/#join=',
    `This link has lost its code. Copy all of it, and put it in quotes: chat join "${server}/#join=CODE"`
  ],
  ['http://203.0.113.9:1543/#join', 'This link has lost its code.'],
  ['https://example.org/chat/#link=', 'put it in quotes: chat join "https://example.org/chat/#link=CODE"'],
  ["https://example.org/';reboot;'/#join=", `put it in quotes: chat join "https://example.org/';reboot;'/#join=CODE"`]
])('%s is refused with what to write', (typed, sentence) => {
  expect(() => destinationOf(typed)).toThrow(sentence)
})

test.each([
  ['http://ana:secret@203.0.113.9:1543', 'To say who you are: chat join http://203.0.113.9:1543 --as ana'],
  ['https://ana@example.org/chat', 'To say who you are: chat join https://example.org/chat --as ana'],
  ['ana@203.0.113.9', 'To say who you are: chat join http://203.0.113.9:1543 --as ana'],
  ['http://:secret@203.0.113.9:1543', 'To say who you are: chat join http://203.0.113.9:1543 --as NAME']
])('%s is refused without showing what may be a password', (typed, sentence) => {
  expect(() => destinationOf(typed)).toThrow(sentence)
  expect(() => destinationOf(typed)).not.toThrow('secret')
  expect(() => serverAddress(typed, 'CHAT_SERVER')).toThrow(/no name or password in it, but CHAT_SERVER has/)
})

test('as --server a lone word is no server, whatever it is as an argument of join', () => {
  expect(() => serverAddress('zzz')).toThrow('“zzz” is not the address of a server. An address looks like http://127.0.0.1:1543')
  expect(serverAddress('203.0.113.9')).toBe('http://203.0.113.9')
})

test.each(['chat.example.org', '203.0.113.9', 'chat-1.example', 'tertulia.español.example'])('%s may be a computer', (name) => {
  expect(mayBeHost(name)).toBe(true)
})

test.each(['ops', 'v1.', '.x', 'a_b.c'])('%s is a room and nothing else', (name) => {
  expect(mayBeHost(name)).toBe(false)
})

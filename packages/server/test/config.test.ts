import { userInfo } from 'node:os'
import { noRateLimits, rateLimitsDefault } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { isUsual, parseOrder, shown } from '../src/config.ts'
import { UsageError } from '../src/usage-error.ts'

const home = { HOME: '/home/ana' }
const configOf = (argv: string[], environment: Record<string, string> = {}) => {
  const order = parseOrder(['start', ...argv], { ...home, ...environment })
  return order.do === 'start' ? order.config : expect.unreachable()
}

test('without flags the server is for this computer alone, with its data at home', () => {
  expect(configOf([])).toEqual({
    port: 1543,
    host: '127.0.0.1',
    db: '/home/ana/.local/share/tertulia/chat.db',
    origins: [],
    corsOrigins: [],
    registration: 'open',
    streamAgeMs: 3_600_000,
    stopDelayMs: 0,
    eraseWithinMs: 60_000,
    limits: rateLimitsDefault,
    trustProxy: [],
    logLevel: 'info'
  })
  expect(configOf([], { XDG_DATA_HOME: '/data' }).db).toBe('/data/tertulia/chat.db')
  expect(configOf([], { XDG_DATA_HOME: 'relative' }).db).toBe('/home/ana/.local/share/tertulia/chat.db')
})

test.each(['', '.', 'home/ana'])('a home folder of “%s” does not put the data where the server is started', (HOME) => {
  const own = `${userInfo().homedir}/.local/share/tertulia/chat.db`
  expect(configOf([], { HOME }).db).toBe(own)
  expect(configOf([], { HOME, XDG_DATA_HOME: 'relative' }).db).toBe(own)
  expect(configOf([], { HOME, XDG_DATA_HOME: '/data' }).db).toBe('/data/tertulia/chat.db')
})

test('flags, and variables for those that are not given', () => {
  const flags = [
    '--port',
    '0',
    '--host=0.0.0.0',
    '--db',
    'x.db',
    '--public-url',
    'https://chat.example.org/',
    '--stream-age',
    '15',
    '--stop-delay',
    '10',
    '--erase-within',
    '30',
    '--limits=off',
    '--trust-proxy',
    '127.0.0.1',
    '--trust-proxy=10.0.0.0/8',
    '--registration=invite',
    '--log-level',
    'debug'
  ]
  const origins = [
    '--origin',
    'https://a.example.org',
    '--origin',
    'http://b.example.org:8080/',
    '--cors-origin',
    'https://c.example.org'
  ]
  const expected = {
    port: 0,
    host: '0.0.0.0',
    db: 'x.db',
    publicUrl: 'https://chat.example.org',
    origins: ['https://a.example.org', 'http://b.example.org:8080'],
    corsOrigins: ['https://c.example.org'],
    streamAgeMs: 900_000,
    stopDelayMs: 10_000,
    eraseWithinMs: 30_000,
    limits: noRateLimits,
    registration: 'invite',
    trustProxy: ['127.0.0.1', '10.0.0.0/8'],
    logLevel: 'debug'
  }
  expect(configOf([...flags, ...origins])).toEqual(expected)
  const environment = {
    CHAT_SERVER_PORT: '0',
    CHAT_SERVER_HOST: '0.0.0.0',
    CHAT_SERVER_DB: 'x.db',
    CHAT_SERVER_PUBLIC_URL: 'https://chat.example.org',
    CHAT_SERVER_ORIGIN: 'https://a.example.org, http://b.example.org:8080',
    CHAT_SERVER_CORS_ORIGIN: 'https://c.example.org',
    CHAT_SERVER_STREAM_AGE: '15',
    CHAT_SERVER_STOP_DELAY: '10',
    CHAT_SERVER_ERASE_WITHIN: '30',
    CHAT_SERVER_LIMITS: 'off',
    CHAT_SERVER_REGISTRATION: 'invite',
    CHAT_SERVER_TRUST_PROXY: '127.0.0.1 10.0.0.0/8',
    CHAT_SERVER_LOG_LEVEL: 'debug'
  }
  expect(configOf([], environment)).toEqual(expected)
  expect(configOf(['--port', '5000'], environment).port).toBe(5000)
  expect(configOf([], { CHAT_SERVER_PORT: '' }).port).toBe(1543)
  expect(configOf(['--stream-age', '0']).streamAgeMs).toBe(0)
})

test('a certificate comes with its key', () => {
  const tls = { cert: '/etc/chat/cert.pem', key: '/etc/chat/key.pem' }
  expect(configOf(['--tls-cert', tls.cert, '--tls-key', tls.key]).tls).toEqual(tls)
  expect(configOf([], { CHAT_SERVER_TLS_CERT: tls.cert, CHAT_SERVER_TLS_KEY: tls.key }).tls).toEqual(tls)
})

test('limits are given one by one, and those that are not stay', () => {
  expect(configOf(['--limits', 'send=90+10/s, streams=off']).limits).toEqual({
    ...rateLimitsDefault,
    send: { burst: 90, perSecond: 10 },
    streams: null
  })
  expect(configOf(['--limits', 'reads=off,register=5+60/h,signin=3+6/min,streams=3']).limits).toEqual({
    ...rateLimitsDefault,
    reads: null,
    register: { burst: 5, perSecond: 1 / 60 },
    signin: { burst: 3, perSecond: 0.1 },
    streams: 3
  })
})

test('the wire of the lab is for this computer alone unless it is said to be public', () => {
  expect(configOf(['--lab2', '--port', '0'])).toMatchObject({ lab2: 'local', port: 0 })
  expect(configOf(['--lab2=public']).lab2).toBe('public')
  expect(configOf([], { CHAT_SERVER_LAB2: 'public' }).lab2).toBe('public')
})

test.each([
  [[], 'The command is missing, for example: chat-server start'],
  [['stop'], 'Unknown command “stop”. The commands are: start, invite, user, backup, restore, check, copy'],
  [['backup'], 'The file to make is missing, for example: chat-server backup chat-backup.db'],
  [['backup', ''], 'The file to make is missing, for example: chat-server backup chat-backup.db'],
  [['backup', 'a.db', 'b.db'], 'Unexpected argument after backup: “b.db”'],
  [['backup', 'a.db', '--replace'], '--replace is not for backup'],
  [['backup', 'a.db', '--port', '1'], '--port is not for backup'],
  [['restore'], 'The backup is missing, for example: chat-server restore chat-backup.db'],
  [['restore', 'a.db', 'b.db'], 'Unexpected argument after restore: “b.db”'],
  [['check', 'a.db'], 'Unexpected argument after check: “a.db”. A database is named with --db'],
  [['check', '--replace'], '--replace is not for check'],
  [
    ['copy'],
    'The database to copy to is missing, for example: chat-server copy --from chat.db --to postgres://chat@db.example.org/chat'
  ],
  [['copy', 'a.db'], 'Unexpected argument after copy: “a.db”. The file is named with --from, the PostgreSQL database with --to'],
  [['copy', '--from', ''], '--from needs a value; leave it out to use the default'],
  [['copy', '--to', 'a.db'], '--to must be a URL with a database, such as postgres://chat@db.example.org/chat'],
  [['copy', '--db', 'a.db'], '--db is not for copy'],
  [['backup', 'a.db', '--to', 'b.db'], '--to is not for backup'],
  [['start', '--json'], '--json is not for start'],
  [['user', 'list', '--json'], '--json is not for user list'],
  [['start', 'now'], 'Unexpected argument after start: “now”'],
  [['start', '--prot', '1'], "Unknown option '--prot'"],
  [['start', '--port'], "Option '--port <value>' argument missing"],
  [['start', '--cors-origin', 'null'], '--cors-origin must be a URL such as https://chat.example.org, not “null”'],
  [['start', '--cors-origin', '*'], '--cors-origin must be a URL such as https://chat.example.org, not “*”'],
  [['start', '--tls-cert', 'cert.pem'], '--tls-cert needs --tls-key beside it, the private key of the certificate'],
  [['start', '--tls-key', 'key.pem'], '--tls-key needs --tls-cert beside it, the certificate that the key belongs to'],
  [['start', '--port', 'abc'], '--port must be a number from 0 to 65535, not “abc”'],
  [['start', '--port', '65536'], '--port must be a number from 0 to 65535, not “65536”'],
  [
    ['start', '--public-url', 'https://example.org//chat'],
    '--public-url: The path of https://example.org//chat may have letters, digits, and - . _ ~ between single slashes'
  ],
  [
    ['start', '--public-url', 'chat.example.org'],
    '--public-url must be a URL such as https://chat.example.org, not “chat.example.org”'
  ],
  [
    ['start', '--origin', 'https://a.example.org/x'],
    '--origin must end after the host, as in https://a.example.org, not “https://a.example.org/x”'
  ],
  [['start', '--stream-age', '1h'], '--stream-age must be a number of minutes, 0 for never, not “1h”'],
  [['start', '--stop-delay', '601'], '--stop-delay must be a number of seconds from 0 to 600, not “601”'],
  [['start', '--erase-within', '0'], '--erase-within must be a number of seconds from 1 to 9999, not “0”'],
  [['start', '--limits', 'sned=5+1/s'], '--limits can set send, reads, register, signin and streams, not “sned”'],
  [['start', '--limits', 'on'], '--limits can set send, reads, register, signin and streams, not “on”'],
  [
    ['start', '--limits', 'send=60'],
    '--limits send must be off or like 60+5/s (60 at once, then 5 a second; /min and /h too), not “60”'
  ],
  [['start', '--limits', 'streams=0'], '--limits streams must be off or a whole number, not “0”'],
  [
    ['start', '--trust-proxy', 'nginx'],
    '--trust-proxy must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8, not “nginx”'
  ],
  [
    ['start', '--trust-proxy', '10.0.0.0/33'],
    '--trust-proxy must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8, not “10.0.0.0/33”'
  ],
  [
    ['start', '--trust-proxy', '0.0.0.0/0'],
    '--trust-proxy must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8, not “0.0.0.0/0”'
  ],
  [['start', '--registration', 'never'], '--registration must be one of open, invite, closed, not “never”'],
  [['start', '--uses', '2'], '--uses is not for start'],
  [['start', '--log-level', 'loud'], '--log-level must be one of trace, debug, info, warn, error, fatal, silent, not “loud”']
])('%j is refused in one line', (argv, message) => {
  expect(() => parseOrder(argv, home)).toThrow(new UsageError(message))
})

test.each(['--host', '--db', '--port', '--public-url', '--origin', '--limits', '--trust-proxy'])(
  '%s is not left empty',
  (flag) => {
    const refused = new UsageError(`${flag} needs a value; leave it out to use the default`)
    expect(() => parseOrder(['start', flag, ''], home)).toThrow(refused)
    expect(() => parseOrder(['start', `${flag}= `], home)).toThrow(refused)
  }
)

test('a bad variable is refused as the flag is', () => {
  expect(() => configOf([], { CHAT_SERVER_PORT: 'tcp://10.0.0.1:1543' })).toThrow('--port must be a number')
})

test('a whole database is copied, put back and looked through where the flag or the variable says', () => {
  const environment = { CHAT_SERVER_DB: '/srv/chat.db' }
  const orderOf = (...argv: string[]) => {
    const order = parseOrder(argv, environment)
    return order.do === 'maintain' ? order.order : undefined
  }
  expect(orderOf('backup', 'a.db')).toEqual({ do: 'backup', db: '/srv/chat.db', to: 'a.db', json: false })
  expect(orderOf('restore', 'a.db', '--replace', '--db', 'b.db')).toEqual({
    do: 'restore',
    db: 'b.db',
    backup: 'a.db',
    replace: true,
    json: false
  })
  expect(orderOf('check', '--json')).toEqual({ do: 'check', db: '/srv/chat.db', json: true })
})

test('help and version are given whatever else is asked', () => {
  expect(parseOrder(['--help'], home)).toEqual({ do: 'help', of: [] })
  expect(parseOrder(['help'], home)).toEqual({ do: 'help', of: [] })
  expect(parseOrder(['start', '--port', 'abc', '-h'], home)).toEqual({ do: 'help', of: ['start'] })
  expect(parseOrder(['help', 'user', 'reset'], home)).toEqual({ do: 'help', of: ['user', 'reset'] })
  expect(parseOrder(['--version'], home)).toEqual({ do: 'version' })
})

test('the usual database is the one that a command finds without being told', () => {
  const usual = '/home/ana/.local/share/tertulia/chat.db'
  expect(isUsual({ db: usual }, home)).toBe(true)
  expect(isUsual({ db: '/srv/chat.db' }, home)).toBe(false)
  expect(isUsual({ db: '/srv/chat.db' }, { ...home, CHAT_SERVER_DB: '/srv/chat.db' })).toBe(true)
  expect(isUsual({ db: usual }, { ...home, CHAT_SERVER_DB: '/srv/chat.db' })).toBe(false)
})

test('a chat is in a file or in PostgreSQL: a flag counts more than a variable, and two of a kind are too many', () => {
  const store = 'postgres://chat:secret@db.example.org/chat'
  expect(configOf(['--store', store])).toMatchObject({ store })
  expect(configOf(['--store', store]).db).toBeUndefined()
  expect(configOf([], { CHAT_SERVER_STORE: store })).toMatchObject({ store })
  expect(configOf(['--store', store], { CHAT_SERVER_DB: 'x.db' })).toMatchObject({ store })
  expect(configOf(['--db', 'x.db'], { CHAT_SERVER_STORE: store })).toMatchObject({ db: 'x.db' })
  expect(configOf(['--db', 'x.db'], { CHAT_SERVER_STORE: store }).store).toBeUndefined()
  expect(() => configOf(['--store', store, '--db', 'x.db'])).toThrow(UsageError)
  expect(() => configOf([], { CHAT_SERVER_STORE: store, CHAT_SERVER_DB: 'x.db' })).toThrow(UsageError)
  expect(configOf(['--store', 'postgres:///chat?host=/run/postgresql']).store).toContain('/run/postgresql')
  expect(parseOrder(['user', 'list', '--store', store], home)).toMatchObject({ do: 'operate', kept: { store } })
})

test('what is for a file alone is refused with PostgreSQL', () => {
  const store = 'postgres://chat@db.example.org/chat'
  for (const flag of ['--lab2', '--erase-within=5']) expect(() => configOf(['--store', store, flag])).toThrow(UsageError)
  for (const words of [['check'], ['backup', 'x.db']]) {
    expect(() => parseOrder([...words, '--store', store], home)).toThrow(UsageError)
    expect(() => parseOrder(words, { ...home, CHAT_SERVER_STORE: store })).toThrow('pg_dump')
    expect(parseOrder([...words, '--db', 'y.db'], { ...home, CHAT_SERVER_STORE: store }).do).toBe('maintain')
  }
})

test('the password of a database is shown nowhere, also where its URL is wrong', () => {
  for (const text of [
    'mysql://chat:secret@db/chat',
    'postgres://chat:secret@db',
    'postgres:chat',
    'postgres://chat:secret@db:port/chat',
    'secret'
  ]) {
    try {
      configOf(['--store', text])
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      expect((error as Error).message).not.toContain('secret')
    }
  }
  const { store } = shown({ store: 'postgres://chat:secret@db/chat?sslmode=require&password=secret' })
  expect(store).toBe('postgres://chat@db/chat?sslmode=require')
})

test('servers on one database hear one another by that database, unless another place is named', () => {
  const store = 'postgres://chat:secret@db.example.org/chat'
  expect(configOf(['--store', store]).bus).toBe(store)
  for (const bus of ['nats://bus.example.org', 'tls://chat:secret@a:4222,tls://b:4222', 'postgres://direct.example.org/chat']) {
    expect(configOf(['--store', store, '--bus', bus]).bus).toBe(bus)
    expect(configOf(['--store', store], { CHAT_SERVER_BUS: bus }).bus).toBe(bus)
  }
  for (const bus of [
    'bus.example.org:4222',
    'redis://bus',
    'nats://',
    'nats://chat:secret@a,b',
    'postgres://chat:secret@db',
    'postgres:chat'
  ]) {
    expect(() => configOf(['--store', store, '--bus', bus])).toThrow(UsageError)
    expect(() => configOf(['--store', store, '--bus', bus])).not.toThrow('secret')
  }
})

test('a database file has no bus: one server at a time has it', () => {
  expect(configOf(['--db', 'x.db']).bus).toBeUndefined()
  expect(() => configOf(['--db', 'x.db', '--bus', 'nats://bus'])).toThrow('--store')
  expect(() => configOf([], { CHAT_SERVER_BUS: 'nats://bus' })).toThrow('--store')
  expect(configOf(['--db', 'x.db'], { CHAT_SERVER_BUS: 'nats://bus' }).bus).toBeUndefined()
})

test('a copy goes from the usual file to the usual database, unless it is told of others', () => {
  const environment = { HOME: '/home/ana', CHAT_SERVER_DB: '/srv/chat.db', CHAT_SERVER_STORE: 'postgres://chat:secret@db/chat' }
  const orderOf = (...words: string[]) => {
    const parsed = parseOrder(['copy', ...words], environment)
    return parsed.do === 'maintain' ? parsed.order : undefined
  }
  const usual = {
    do: 'copy',
    db: '/srv/chat.db',
    to: 'postgres://chat:secret@db/chat',
    shown: 'postgres://chat@db/chat',
    json: false
  }
  expect(orderOf()).toEqual(usual)
  const told = orderOf('--from', 'a.db', '--to', 'postgres://chat@other/chat', '--json')
  expect(told).toMatchObject({ db: 'a.db', to: 'postgres://chat@other/chat', json: true })
})

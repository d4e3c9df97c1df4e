import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  noRateLimits,
  type Rate,
  type RateLimits,
  type RegistrationMode,
  rateLimitsDefault,
  registrationModes,
  streamAgeMsDefault
} from '@tertulia/protocol'
import ipaddr from 'ipaddr.js'
import type { CertificateFiles } from './connections/certificate.ts'
import type { Order as OperatorOrder } from './operator/order.ts'
import { type OperatorValues, operatorFlags, operatorOrder, refuseOthers } from './operator-words.ts'
import { basePath } from './requests/base-path.ts'
import { UsageError } from './usage-error.ts'

export interface Config {
  port: number
  host: string
  /** The database file. */
  db: string
  /** Where others reach this server, without a slash at the end. */
  publicUrl?: string | undefined
  /** Web sites whose pages may write here. */
  origins: string[]
  /** Web sites whose pages may also read here. */
  corsOrigins: string[]
  /** Who may register a name. */
  registration: RegistrationMode
  /** About how old a stream becomes before it is asked to come back; 0: as old as it likes. */
  streamAgeMs: number
  /** Speak the wire of the university lab: to this computer alone, or to everybody. */
  lab2?: Lab2 | undefined
  /** Within how many ms an erased text leaves the database file. */
  eraseWithinMs: number
  limits: RateLimits
  /** Addresses and networks of the proxies whose X-Forwarded-For and -Proto are believed. */
  trustProxy: string[]
  /** The server speaks HTTPS with these, and plain HTTP without. */
  tls?: CertificateFiles | undefined
  logLevel: LogLevel
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type Lab2 = 'local' | 'public'

export type Order =
  | { do: 'start'; config: Config }
  /** What whoever runs the server wants of it, or of its database file where none runs. */
  | { do: 'operate'; db: string; order: OperatorOrder }
  | { do: 'help' }
  | { do: 'version' }

export const portDefault = 1543
const hostDefault = '127.0.0.1'
const streamAgeDefault = streamAgeMsDefault / 60_000
const eraseWithinDefault = 60

const limitsExample = 'send=60+5/s,reads=100+50/s,streams=20,signin=10+10/min'

interface Flag {
  value: string
  help: string
  multiple?: boolean
  /** What the flag means without a value; else it needs one. */
  alone?: string
}

const flags = {
  port: { value: 'PORT', help: `port to listen on, ${portDefault} by default; 0 takes any free one` },
  host: { value: 'ADDRESS', help: `address to listen on, ${hostDefault} (this computer) by default; 0.0.0.0 is all` },
  db: { value: 'FILE', help: 'database file, created if it is missing; by default in your data folder' },
  'public-url': { value: 'URL', help: 'address at which others reach this server, if it is another one' },
  origin: { value: 'URL', help: 'web site whose pages may write here; repeat it for more', multiple: true },
  'cors-origin': { value: 'URL', help: 'web site whose pages may also read here; repeat it for more', multiple: true },
  registration: { value: 'MODE', help: 'who may register a name: open (anybody, the default), invite, closed' },
  'stream-age': {
    value: 'MINUTES',
    help: `about how long a stream may stay open, ${streamAgeDefault} by default; 0 for no limit`
  },
  'erase-within': {
    value: 'SECONDS',
    help: `how soon a deleted text is erased from the file too, ${eraseWithinDefault} by default`
  },
  limits: { value: 'LIMITS', help: `off, or rates: ${limitsExample}` },
  'trust-proxy': {
    value: 'IP',
    help: 'trusted proxy that says who asks, such as 127.0.0.1; repeat it for more',
    multiple: true
  },
  'tls-cert': { value: 'FILE', help: "certificates (PEM), the server's own first: speak HTTPS; reread on SIGHUP" },
  'tls-key': { value: 'FILE', help: 'private key (PEM) of the first of them' },
  lab2: { value: '[=public]', help: 'also speak the wire of the university lab, which proves no name', alone: 'local' },
  'log-level': { value: 'LEVEL', help: `one of ${logLevels.join(', ')}; info by default` }
} satisfies Record<string, Flag>

type FlagName = keyof typeof flags
type Environment = Readonly<Record<string, string | undefined>>

const variable = (flag: string): string => `CHAT_SERVER_${flag.toUpperCase().replaceAll('-', '_')}`

/**
 * What the command line asks for. A flag counts more than its variable in the environment, which counts more than the default.
 * @throws UsageError
 */
export function parseOrder(argv: readonly string[], environment: Environment): Order {
  const { values, positionals } = parsed(argv)
  if (values.help) return { do: 'help' }
  if (values.version) return { do: 'version' }
  const [command, ...rest] = positionals
  if (command === undefined) throw new UsageError('The command is missing, for example: chat-server start')
  if (command === 'invite' || command === 'user') {
    const other = (Object.keys(flags) as FlagName[]).find((flag) => flag !== 'db' && values[flag] !== undefined)
    if (other) throw new UsageError(`--${other} is not for ${command}`)
    return { do: 'operate', order: operatorOrder(positionals, values), db: dbOf(values, environment) }
  }
  if (command !== 'start') throw new UsageError(`Unknown command “${command}”. The commands are: start, invite, user`)
  refuseOthers(values, 'start')
  if (rest.length > 0) throw new UsageError(`Unexpected argument after start: “${rest.join(' ')}”`)
  return { do: 'start', config: configOf(values, environment) }
}

type Values = { [F in FlagName]?: string | string[] } & OperatorValues & { help?: boolean; version?: boolean }

function parsed(argv: readonly string[]): { values: Values; positionals: string[] } {
  const named = Object.entries<Flag>(flags).map(([name, { multiple = false }]) => [name, { type: 'string', multiple }] as const)
  try {
    return parseArgs({
      args: argv.map(withValue),
      options: {
        ...Object.fromEntries(named),
        ...operatorFlags,
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' }
      },
      allowPositionals: true
    })
  } catch (error) {
    // Node says what is wrong in its first sentence, and then how to write something else.
    throw new UsageError((error as Error).message.split(/\.? To specify |\. |\n/)[0], { cause: error })
  }
}

/** A flag that may stand alone, as if its value had been given. */
function withValue(word: string): string {
  const flag = Object.entries<Flag>(flags).find(([name]) => word === `--${name}`)?.[1]
  return flag?.alone === undefined ? word : `${word}=${flag.alone}`
}

function givenFor(flag: FlagName, values: Values, environment: Environment): string[] {
  const value = values[flag]
  if (value !== undefined) return [value].flat().map((text) => filled(flag, text))
  const set = environment[variable(flag)] ?? ''
  return set === '' ? [] : 'multiple' in flags[flag] ? set.trim().split(/[\s,]+/) : [set]
}

const dbOf = (values: Values, environment: Environment): string =>
  givenFor('db', values, environment)[0] ?? dbDefault(environment)

/** Whether a command finds this database without being told. */
export function isUsualDb(db: string, environment: Environment): boolean {
  try {
    return dbOf({}, environment) === db
  } catch {
    return false // there is no usual place
  }
}

function configOf(values: Values, environment: Environment): Config {
  const given = (flag: FlagName): string[] => givenFor(flag, values, environment)
  const [publicUrl] = given('public-url')
  const [lab2] = given('lab2')
  return {
    port: toPort(given('port')[0] ?? String(portDefault)),
    host: given('host')[0] ?? hostDefault,
    db: dbOf(values, environment),
    publicUrl: publicUrl === undefined ? undefined : toPublicUrl(publicUrl),
    origins: given('origin').map((text) => toOrigin('origin', text)),
    corsOrigins: given('cors-origin').map((text) => toOrigin('cors-origin', text)),
    registration: toRegistration(given('registration')[0] ?? 'open'),
    streamAgeMs: toMinutes(given('stream-age')[0] ?? String(streamAgeDefault)) * 60_000,
    lab2: lab2 === undefined ? undefined : toLab2(lab2),
    eraseWithinMs: toSeconds(given('erase-within')[0] ?? String(eraseWithinDefault)) * 1000,
    limits: toLimits(given('limits')[0] ?? ''),
    trustProxy: given('trust-proxy').map(toNetwork),
    tls: toFiles(given('tls-cert')[0], given('tls-key')[0]),
    logLevel: toLogLevel(given('log-level')[0] ?? 'info')
  }
}

/** What comes of a variable that is not set, as in `--host "$HOST"`, must not pass for a choice: an empty host is all addresses. */
function filled(flag: FlagName, text: string): string {
  if (text.trim() === '') throw new UsageError(`--${flag} needs a value; leave it out to use the default`)
  return text
}

function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new UsageError(`--port must be a number from 0 to 65535, not “${text}”`)
  return port
}

function toSeconds(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds === 0) throw new UsageError(`--erase-within must be a number of seconds from 1 to 9999, not “${text}”`)
  return seconds
}

function toMinutes(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--stream-age must be a number of minutes, 0 for never, not “${text}”`)
  return Number(text)
}

function toUrl(flag: FlagName, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash) return url
  throw new UsageError(`--${flag} must be a URL such as https://chat.example.org, not “${text}”`)
}

function toPublicUrl(text: string): string {
  const { href } = toUrl('public-url', text)
  try {
    basePath(href)
  } catch (error) {
    throw new UsageError(`--public-url: ${(error as Error).message}`, { cause: error })
  }
  return href.replace(/\/+$/, '')
}

function toOrigin(flag: FlagName, text: string): string {
  const { origin, pathname } = toUrl(flag, text)
  if (pathname !== '/') throw new UsageError(`--${flag} must end after the host, as in ${origin}, not “${text}”`)
  return origin
}

function toRegistration(text: string): RegistrationMode {
  const mode = registrationModes.find((known) => known === text)
  if (!mode) throw new UsageError(`--registration must be one of ${registrationModes.join(', ')}, not “${text}”`)
  return mode
}

function toLab2(text: string): Lab2 {
  if (text === 'local' || text === 'public') return text
  throw new UsageError(`--lab2 takes no value but =public, not “${text}”`)
}

/** What is given replaces the default of the same name; the others stay. */
function toLimits(text: string): RateLimits {
  if (text === 'off') return noRateLimits
  const limits = { ...rateLimitsDefault }
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const [name = '', value = ''] = part.trim().split('=')
    if (name === 'streams') limits.streams = value === 'off' ? null : toCount(value)
    else if (name === 'send' || name === 'reads' || name === 'register' || name === 'signin')
      limits[name] = value === 'off' ? null : toRate(name, value)
    else throw new UsageError(`--limits can set send, reads, register, signin and streams, not “${name}”`)
  }
  return limits
}

function toRate(name: string, text: string): Rate {
  const [, burst, times, unit = ''] = /^([1-9]\d{0,8})\+([1-9]\d{0,8})\/(s|min|h)$/.exec(text) ?? []
  if (burst === undefined) {
    throw new UsageError(
      `--limits ${name} must be off or like 60+5/s (60 at once, then 5 a second; /min and /h too), not “${text}”`
    )
  }
  return { burst: Number(burst), perSecond: Number(times) / (secondsOf[unit] as number) }
}

const secondsOf: Record<string, number> = { s: 1, min: 60, h: 3_600 }

function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--limits streams must be off or a whole number, not “${text}”`)
  return Number(text)
}

function toNetwork(text: string): string {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  const isNetwork = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)
  const isEverybody = /\/0+$/.test(text)
  if ((isAddress || isNetwork) && !isEverybody) return text
  throw new UsageError(`--trust-proxy must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8, not “${text}”`)
}

function toFiles(cert: string | undefined, key: string | undefined): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw new UsageError('--tls-key needs --tls-cert beside it, the certificate that the key belongs to')
  if (key === undefined) throw new UsageError('--tls-cert needs --tls-key beside it, the private key of the certificate')
  return { cert, key }
}

function toLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (!level) throw new UsageError(`--log-level must be one of ${logLevels.join(', ')}, not “${text}”`)
  return level
}

/** The XDG base directory for data. What is not absolute does not count: nothing is ever put where the server happens to be started. */
function dbDefault({ XDG_DATA_HOME: data = '', HOME: home = '' }: Environment): string {
  if (isAbsolute(data)) return join(data, 'tertulia', 'chat.db')
  const own = [home, homeOfUser()].find(isAbsolute)
  if (own === undefined) throw new UsageError('There is no home folder for the database. Name a file with --db FILE')
  return join(own, '.local', 'share', 'tertulia', 'chat.db')
}

/** As the system has it, whatever the environment says; empty where it does not know the user. */
function homeOfUser(): string {
  try {
    return userInfo().homedir
  } catch {
    return ''
  }
}

/** The page that --help prints. */
export function helpText(): string {
  const names = Object.entries<Flag>(flags).map(([name, { value }]) => `--${name}${value.startsWith('[') ? '' : ' '}${value}`)
  const width = Math.max(...names.map(({ length }) => length)) + 2
  const lines = Object.values<Flag>(flags).map(({ help }, i) => `  ${names[i]?.padEnd(width)}${help}`)
  return `Group chat over plain HTTP: the server.

USAGE  chat-server start [FLAGS]
       chat-server invite [--uses N] [--expires 7d] [--room ROOM] [--admin] [--db FILE]
       chat-server user list|reset NAME|disable NAME|admin NAME [--undo] [--db FILE]

${lines.join('\n')}
  ${'--help'.padEnd(width)}show this page
  ${'--version'.padEnd(width)}show the version

invite prints a link that lets people in: one, unless --uses says more, for 7 days, unless --expires
says otherwise; --admin makes an admin of whoever registers with it. user reset prints a code for
somebody who has lost a device or a password; disable signs somebody out and keeps them out, and
admin makes somebody an admin, until --undo. They ask the server that runs with the database, or
change the file where none runs.

Each flag can also be set in the environment: ${variable('port')}, ${variable('public-url')} …
EXIT   0 stopped, done  1 failed, refused  2 bad flag  78 cannot start as configured
`
}

import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RateLimits, RegistrationMode } from '@tertulia/protocol'
import type { CertificateFiles } from './connections/certificate.ts'
import {
  isPostgres,
  type Lab2,
  type LogLevel,
  toBus,
  toCertificateFiles,
  toLab2,
  toLimits,
  toLogLevel,
  toMinutes,
  toNetwork,
  toOrigin,
  toPort,
  toPublicUrl,
  toRegistration,
  toSeconds,
  toStopDelay,
  toStore,
  withoutPassword
} from './flag-values.ts'
import {
  eraseWithinDefault,
  type Flag,
  type FlagName,
  flags,
  hostDefault,
  portDefault,
  streamAgeDefault,
  variable
} from './flags.ts'
import { isMaintenance, type MaintenanceOrder, maintenanceCommands, maintenanceOrder } from './maintenance-words.ts'
import type { Order as OperatorOrder } from './operator/order.ts'
import { type OperatorValues, operatorFlags, operatorOrder, refuseOthers } from './operator-words.ts'
import { UsageError } from './usage-error.ts'

/** Where the chat is: in a database file, or in a PostgreSQL database, named by its URL. */
export type Kept = { db: string; store?: undefined } | { db?: undefined; store: string }

export type Config = Settings & Kept

interface Settings {
  /** By what the servers that share a database tell one another what is new. */
  bus: string | undefined
  port: number
  host: string
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
  /** For how long everything is still served when the server is told to stop. */
  stopDelayMs: number
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

export type Order =
  | { do: 'start'; config: Config }
  /** What whoever runs the server wants of it, or of its database where none runs. */
  | { do: 'operate'; kept: Kept; order: OperatorOrder; publicUrl: string | undefined }
  /** What is to be done to the whole database, whether a server runs with it or not. */
  | { do: 'maintain'; order: MaintenanceOrder }
  /** Of these words: a command, or none. */
  | { do: 'help'; of: string[] }
  | { do: 'version' }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the command line asks for. A flag counts more than its variable in the environment, which counts more than the default.
 * @throws UsageError
 */
export function parseOrder(argv: readonly string[], environment: Environment): Order {
  const { values, positionals } = parsed(argv)
  if (positionals[0] === 'help') return { do: 'help', of: positionals.slice(1) }
  if (values.help) return { do: 'help', of: positionals }
  if (values.version) return { do: 'version' }
  const [command, ...rest] = positionals
  if (command === undefined) throw new UsageError('The command is missing, for example: chat-server start')
  if (command === 'invite' || command === 'user') {
    refuseFlagsOfStart(values, command, ['db', 'store'])
    const order = operatorOrder(positionals, values)
    return { do: 'operate', order, kept: keptOf(values, environment), publicUrl: publicUrlOf(values, environment) }
  }
  if (isMaintenance(command)) {
    if (command === 'copy') return { do: 'maintain', order: copyOrder(rest, values, environment) }
    refuseFlagsOfStart(values, command, ['db'])
    refuseOthers(values, command)
    const { db } = keptOf(values, environment)
    if (db === undefined) {
      throw new UsageError(`${command} is for a database file: name it with --db. PostgreSQL has pg_dump and pg_restore`)
    }
    return { do: 'maintain', order: maintenanceOrder(command, rest, values, db) }
  }
  if (command !== 'start') {
    throw new UsageError(
      `Unknown command “${command}”. The commands are: ${['start', 'invite', 'user', ...maintenanceCommands].join(', ')}`
    )
  }
  refuseOthers(values, 'start')
  if (rest.length > 0) throw new UsageError(`Unexpected argument after start: “${rest.join(' ')}”`)
  return { do: 'start', config: configOf(values, environment) }
}

/** The usual places count here too: one of them is a file, the other is not. */
function copyOrder(words: readonly string[], values: Values, environment: Environment): MaintenanceOrder {
  refuseFlagsOfStart(values, 'copy', [])
  refuseOthers(values, 'copy')
  const hint = 'The file is named with --from, the PostgreSQL database with --to'
  if (words[0] !== undefined) throw new UsageError(`Unexpected argument after copy: “${words[0]}”. ${hint}`)
  const { from, to } = values
  const given = (flag: 'from' | 'to', text: string | undefined, place: 'db' | 'store'): string | undefined =>
    text === undefined ? givenFor(place, {}, environment)[0] : filled(flag, text)
  const db = given('from', from, 'db') ?? dbDefault(environment)
  if (isPostgres(db)) throw new UsageError(`--from must be a database file. ${hint}`)
  const url = given('to', to, 'store')
  if (url === undefined) {
    throw new UsageError(
      `The database to copy to is missing, for example: chat-server copy --from chat.db --to postgres://chat@db.example.org/chat`
    )
  }
  const store = toStore(url, 'to')
  return { do: 'copy', db, to: store, shown: withoutPassword(store), json: values.json ?? false }
}

function refuseFlagsOfStart(values: Values, command: string, allowed: readonly FlagName[]): void {
  const other = (Object.keys(flags) as FlagName[]).find((flag) => !allowed.includes(flag) && values[flag] !== undefined)
  if (other) throw new UsageError(`--${other} is not for ${command}`)
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

function publicUrlOf(values: Values, environment: Environment): string | undefined {
  const [publicUrl] = givenFor('public-url', values, environment)
  return publicUrl === undefined ? undefined : toPublicUrl(publicUrl)
}

/** One place: of a flag and a variable the flag counts. */
function keptOf(values: Values, environment: Environment): Kept {
  const variables = values.db === undefined && values.store === undefined ? environment : {}
  const [db] = givenFor('db', values, variables)
  const [store] = givenFor('store', values, variables)
  if (db !== undefined && store !== undefined) throw new UsageError('The chat is in one place: give --db or --store')
  if (store !== undefined) return { store: toStore(store) }
  return { db: db ?? dbDefault(environment) }
}

/** As it may be shown and logged: without a password. */
export const shown = ({ db, store }: Kept): Kept => (store === undefined ? { db } : { store: withoutPassword(store) })

/** Whether a command finds this database without being told. */
export function isUsual(kept: Kept, environment: Environment): boolean {
  try {
    const usual = keptOf({}, environment)
    return usual.db === kept.db && usual.store === kept.store
  } catch {
    return false // there is no usual place
  }
}

function configOf(values: Values, environment: Environment): Config {
  const given = (flag: FlagName): string[] => givenFor(flag, values, environment)
  const [lab2] = given('lab2')
  const kept = keptOf(values, environment)
  for (const flag of ['erase-within', 'lab2'] as const) {
    if (kept.store !== undefined && values[flag] !== undefined) throw new UsageError(`--${flag} is for a database file`)
  }
  const [bus] = given('bus')
  if (bus !== undefined && kept.store === undefined && (values.bus !== undefined || values.db === undefined)) {
    throw new UsageError('--bus is for several servers on one PostgreSQL database: name that with --store')
  }
  return {
    ...kept,
    bus: bus === undefined || kept.store === undefined ? kept.store : toBus(bus),
    port: toPort(given('port')[0] ?? String(portDefault)),
    host: given('host')[0] ?? hostDefault,
    publicUrl: publicUrlOf(values, environment),
    origins: given('origin').map((text) => toOrigin('origin', text)),
    corsOrigins: given('cors-origin').map((text) => toOrigin('cors-origin', text)),
    registration: toRegistration(given('registration')[0] ?? 'open'),
    streamAgeMs: toMinutes(given('stream-age')[0] ?? String(streamAgeDefault)) * 60_000,
    stopDelayMs: toStopDelay(given('stop-delay')[0] ?? '0') * 1000,
    lab2: lab2 === undefined || kept.store !== undefined ? undefined : toLab2(lab2),
    eraseWithinMs: toSeconds(given('erase-within')[0] ?? String(eraseWithinDefault)) * 1000,
    limits: toLimits(given('limits')[0] ?? ''),
    trustProxy: given('trust-proxy').map(toNetwork),
    tls: toCertificateFiles(given('tls-cert')[0], given('tls-key')[0]),
    logLevel: toLogLevel(given('log-level')[0] ?? 'info')
  }
}

/** What comes of a variable that is not set, as in `--host "$HOST"`, must not pass for a choice: an empty host is all addresses. */
function filled(flag: FlagName | 'from' | 'to', text: string): string {
  if (text.trim() === '') throw new UsageError(`--${flag} needs a value; leave it out to use the default`)
  return text
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

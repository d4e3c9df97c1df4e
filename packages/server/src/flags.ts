import { streamAgeMsDefault } from '@tertulia/protocol'
import { logLevels } from './flag-values.ts'

export const portDefault = 1543
export const hostDefault = '127.0.0.1'
export const streamAgeDefault = streamAgeMsDefault / 60_000
export const eraseWithinDefault = 60

const limitsExample = 'send=60+5/s,reads=100+50/s,streams=20,signin=10+10/min'

/** A flag of `chat-server start`, each of which can stand in the environment too. */
export interface Flag {
  value: string
  help: string
  multiple?: boolean
  /** What the flag means without a value; else it needs one. */
  alone?: string
}

export const flags = {
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

export type FlagName = keyof typeof flags

/** What a flag is called in the environment. */
export const variable = (flag: string): string => `CHAT_SERVER_${flag.toUpperCase().replaceAll('-', '_')}`

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

Each flag of start can also be set in the environment: ${variable('port')}, ${variable('public-url')} …
EXIT   0 stopped, done  1 failed, refused  2 bad flag  78 cannot start as configured
`
}

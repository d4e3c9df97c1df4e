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
  /** What it takes, for the page of help. */
  range?: string
  byDefault?: string
  /** What the flag means without a value; else it needs one. */
  alone?: string
}

export const flags = {
  port: { value: 'PORT', help: 'port to listen on; 0 takes any free one', range: '0 to 65535', byDefault: String(portDefault) },
  host: {
    value: 'ADDRESS',
    help: 'address to listen on; 0.0.0.0 is all of this computer',
    byDefault: `${hostDefault}, this computer alone`
  },
  db: { value: 'FILE', help: 'database file, made if it is missing', byDefault: 'in your data folder' },
  store: { value: 'URL', help: 'PostgreSQL database for the chat, instead of a file; a password belongs in the variable' },
  bus: {
    value: 'URL',
    help: 'NATS or PostgreSQL, by which several servers on one --store tell one another what is new',
    byDefault: 'the store itself'
  },
  'public-url': { value: 'URL', help: 'address at which others reach this server, if it is another one' },
  origin: { value: 'URL', help: 'web site whose pages may write here', multiple: true },
  'cors-origin': { value: 'URL', help: 'web site whose pages may also read here', multiple: true },
  registration: { value: 'MODE', help: 'who may register a name: open (anybody), invite, closed', byDefault: 'open' },
  'stream-age': {
    value: 'MINUTES',
    help: 'about how long a stream may stay open; 0 for no limit',
    range: '0 to 999999',
    byDefault: String(streamAgeDefault)
  },
  'stop-delay': {
    value: 'SECONDS',
    help: 'how long to go on serving when told to stop, until a load balancer has noticed',
    range: '0 to 600',
    byDefault: '0'
  },
  'erase-within': {
    value: 'SECONDS',
    help: 'how soon a deleted text is erased from the file too',
    range: '1 to 9999',
    byDefault: String(eraseWithinDefault)
  },
  limits: { value: 'LIMITS', help: `off, or rates: ${limitsExample}` },
  'trust-proxy': { value: 'IP', help: 'trusted proxy that says who asks, such as 127.0.0.1', multiple: true },
  'tls-cert': { value: 'FILE', help: "certificates (PEM), the server's own first: speak HTTPS; reread on SIGHUP" },
  'tls-key': { value: 'FILE', help: 'private key (PEM) of the first of them' },
  lab2: { value: '[=public]', help: 'also speak the wire of the university lab, which proves no name', alone: 'local' },
  'log-level': { value: 'LEVEL', help: `one of ${logLevels.join(', ')}`, byDefault: 'info' }
} satisfies Record<string, Flag>

export type FlagName = keyof typeof flags

/** What a flag is called in the environment. */
export const variable = (flag: string): string => `CHAT_SERVER_${flag.toUpperCase().replaceAll('-', '_')}`

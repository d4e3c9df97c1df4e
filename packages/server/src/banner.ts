import { homedir, networkInterfaces } from 'node:os'
import type { RegistrationMode } from '@tertulia/protocol'
import ipaddr from 'ipaddr.js'
import type { Certificate } from './connections/certificate.ts'
import { portDefault } from './flags.ts'

/** Which hosts a certificate is for. */
export type Names = Pick<Certificate, 'names' | 'isFor'>

/** The database file, or the URL of another database. */
interface Kept {
  db?: string | undefined
  store?: string | undefined
}

export interface BannerFacts {
  version: string
  /** As it was asked for, and the port that is listened on. */
  host: string
  port: number
  publicUrl?: string | undefined
  /** The server speaks HTTPS with it. */
  certificate?: Names | undefined
  /** Where the chat is; without a password. */
  kept: Kept
  /** Commands find it without being told; they do, unless this is given. */
  isUsual?: boolean
  isNew: boolean
  /** Who may register; anybody, unless it is given. */
  registration?: RegistrationMode
  /** A link that makes an admin of whoever registers with it. */
  adminLink?: string | undefined
  /** What to type for the program `chat`, on this machine. */
  chat?: string
}

const label = (text: string): string => `  ${text.padEnd(16)}`

/** What a person sees who starts the server in a terminal. */
export function banner(facts: BannerFacts): string {
  const { version, host, port, publicUrl, certificate, kept, isUsual = true, isNew, registration = 'open', adminLink } = facts
  const { chat = 'chat' } = facts
  const here = localUrl(host, port, certificate)
  const isPrivate = isLoopback(host)
  const toJoin = here === `http://127.0.0.1:${portDefault}` ? '' : `${here} `
  const friends = isPrivate ? [] : fromElsewhere({ host, port, publicUrl, certificate })
  const joining: Record<RegistrationMode, string[]> = {
    open: [
      `${label('In a terminal')}${chat} join ${toJoin}--as YOUR-NAME`,
      ...friends.map((url) => `${label('A friend joins')}chat join ${url} --as THEIR-NAME`),
      ...friends
        .slice(0, 1)
        .flatMap((url) => [
          `${label('With Node only')}curl -O ${url}/chat.mjs`,
          `${label('')}node chat.mjs join ${url} --as THEIR-NAME`
        ])
    ],
    invite: [`${label('Invite people')}${chat}-server invite${isUsual ? '' : placeFlag(kept)}`],
    closed: []
  }
  return [
    `Tertulia ${version} is listening on ${urlOf(host, port, certificate)}`,
    '',
    `${label('Open the page')}${isPrivate ? (publicUrl ?? here) : here}`,
    ...friends.filter((url) => url !== here).map((url, index) => `${label(index === 0 ? 'A friend opens' : '')}${url}`),
    ...joining[registration],
    ...(adminLink === undefined ? [] : [`${label('Become admin')}${chat} join '${adminLink}'  (works once)`]),
    `${label('Database')}${kept.store ?? shortened(kept.db ?? '')}${isNew ? '  (new)' : ''}`,
    '',
    ...(isPrivate
      ? ['Only this computer can connect. For others: --host 0.0.0.0']
      : [mayRegister[registration], ...(certificate ? [] : [isPlain])]),
    'Ctrl-C stops the server.',
    ''
  ].join('\n')
}

const mayRegister: Record<RegistrationMode, string> = {
  open: 'Anybody who reaches this port can register a name and read every public room.',
  invite: 'Only people who are invited can register a name, and read every public room.',
  closed: 'Nobody new can register a name.'
}
const isPlain = 'Nothing is encrypted: on a network that you do not trust, use --tls-cert and\n--tls-key, or a proxy with TLS.'

type Whereabouts = Pick<BannerFacts, 'host' | 'port' | 'publicUrl' | 'certificate'>

/** Where others reach a server that is not for this computer alone. */
const fromElsewhere = ({ host, port, publicUrl, certificate }: Whereabouts): string[] =>
  publicUrl === undefined ? namesFor(host, certificate).map((name) => urlOf(name, port, certificate)) : [publicUrl]

/** The address to give away: one that others reach, if there is any. */
export function reachedAt(where: Whereabouts): string {
  const { host, port, publicUrl, certificate } = where
  const [elsewhere] = isLoopback(host) && publicUrl === undefined ? [] : fromElsewhere(where)
  return elsewhere ?? localUrl(host, port, certificate)
}

/** Said where a load balancer is given so many seconds to notice. */
export const leaving = (seconds: number): string =>
  `Stopping in ${seconds} s. Until then everything is served;\n/health/ready tells load balancers to go elsewhere.`

/** Said at the end, when everything is on disk. */
export function farewell(readers: number): string {
  if (readers === 0) return 'Stopping. Every message is on disk.'
  const told = readers === 1 ? '1 reader was' : `${readers} readers were`
  return `Stopping. ${told} told to come back; every message is on disk.`
}

/** Where a program on this machine reaches the server; over HTTPS by a name that the certificate is for, if there is one. */
export function localUrl(host: string, port: number, certificate?: Names): string {
  const near = !isEveryAddress(host) ? host : isIPv6(host) ? '::1' : '127.0.0.1'
  return urlOf(
    [near, 'localhost', ...(certificate?.names ?? [])].find((name) => certificate?.isFor(name)) ?? near,
    port,
    certificate
  )
}

const urlOf = (host: string, port: number, certificate?: Names): string =>
  `${certificate ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`

export const isLoopback = (host: string): boolean => host === 'localhost' || rangeOf(host) === 'loopback'
const isEveryAddress = (host: string): boolean => rangeOf(host) === 'unspecified'
const isIPv6 = (host: string): boolean => ipaddr.IPv6.isValid(host)

/** What an address is for; undefined for a name. */
const rangeOf = (host: string): string | undefined => (ipaddr.isValid(host) ? ipaddr.process(host).range() : undefined)

/** How others may call this machine: as its certificate does, else by its addresses. */
const namesFor = (host: string, certificate: Names | undefined): string[] => {
  const names = certificate?.names.filter((name) => name !== 'localhost') ?? []
  return names.length > 0 ? names : addressesOf(host)
}

/** Where others may find this machine: the address that is listened on, or each that it has. */
function addressesOf(host: string): string[] {
  if (!isEveryAddress(host)) return [host]
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || (isIPv6(host) && scopeid === 0)))
    .map(({ address }) => address)
}

/** How a command is told of a place, with a space before it. */
export const placeFlag = ({ db = '', store }: Kept): string =>
  store === undefined ? ` --db ${shellWord(db)}` : ` --store ${shellWord(store)}`

/** A word as it is typed in a shell. */
export const shellWord = (path: string): string => (/^[\w@%+:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)

function shortened(path: string): string {
  const home = homedir()
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

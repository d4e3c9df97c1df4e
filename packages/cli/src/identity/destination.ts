import { isIP } from 'node:net'
import { type PageLink, partsOfPageLink } from '@tertulia/protocol/page-link'
import { serverDefault } from '../defaults.ts'
import { CommandError } from '../failing/command-error.ts'
import { commandLine } from '../printing/command-lines.ts'

/** Where somebody wants to go, as far as they said it. */
export interface Destination {
  /** As {@link serverAddress} gives it. */
  server?: string
  room?: string
  /** The code of an invite. */
  invite?: string
  /** A code that signs in. */
  code?: string
}

/**
 * A room, a server, or an address of the page or of a room in the protocol, as people type and paste them: a word with `:` or `/` is about
 * a server, any other is a room.
 * @throws CommandError usage
 */
export function destinationOf(typed: string): Destination {
  const words = cleaned(typed)
  const link = partsOfPageLink(words)
  if (link) return whereLinkLeads(link)
  if (/^#[^/:]/.test(words)) return { room: words.slice(1) }
  if (isHostAlone(words)) {
    throw CommandError.usage(
      `“${words}” alone means a room. To join a server, write: ${commandLine(['join', addressOfHost(words)])}`
    )
  }
  return /[@:/]/.test(words) ? placeOf(words) : { room: typed }
}

/**
 * `http://host:port`, also from what people type: without `http://`, with a slash at the end, with the page or a room of the server behind it.
 * @param source  what it was given by, if that is not the command line
 * @throws CommandError usage
 */
export function serverAddress(typed: string, source?: string): string {
  const [address = ''] = cleaned(typed).split('#')
  // A lone word is more likely a room or a slip than the name of a computer.
  const isWord = !/[.:/]/.test(address) && address.toLowerCase() !== 'localhost'
  if (isWord) throw noServer(typed, `An address looks like ${serverDefault}`, source)
  return placeOf(address, source).server
}

/** Names of rooms may have dots, as those of computers do. */
export const mayBeHost = (room: string): boolean => /^[\p{L}\p{Nd}-]+(?:\.[\p{L}\p{Nd}-]+)+$/u.test(room)

/** What to write for a server that was named without a port. */
export const addressOfHost = (host: string): string =>
  `http://${isIP(host) === 6 ? `[${host}]` : host}:${new URL(serverDefault).port}`

function whereLinkLeads({ server, room, invite, code }: PageLink): Destination {
  const place: Destination = server === '' ? {} : placeOf(server)
  if (room !== undefined) place.room = room
  if (invite !== undefined) place.invite = whole(invite, place.server, 'join')
  if (code !== undefined) place.code = whole(code, place.server, 'link')
  return place
}

/** A link is cut at its `=` by some, and followed by the full stop of a sentence where it was copied from. */
function whole(code: string, server: string | undefined, kind: 'join' | 'link'): string {
  const alone = code.replace(/[^\w-]+$/, '')
  if (alone !== '') return alone
  const example = commandLine(['join', `${server ?? serverDefault}/#${kind}=CODE`])
  throw CommandError.usage(`This link has lost its code. Copy all of it, and put it in quotes: ${example}`)
}

/** The address of a server, and the room of which it is the address in the protocol. */
function placeOf(typed: string, source?: string): { server: string; room?: string } {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/+)?(.*)$/is.exec(typed) ?? []
  const [authority = ''] = rest.split(/[/?#]/, 1)
  refuseFalse(typed, scheme.toLowerCase(), authority, rest.slice(authority.length), source)
  const address = `${scheme}://${rest}`
  if (authority === '' || !URL.canParse(address)) throw noServer(typed, `An address looks like ${serverDefault}`, source)
  const { origin, pathname } = new URL(address)
  const [, path = '', room] = inProtocol.exec(pathname) ?? [undefined, pathname.replace(/\/chat\.mjs$/, '')]
  const server = origin + path.replace(/\/+$/, '')
  return room === undefined ? { server } : { server, room: decoded(room) }
}

/** `/v1/rooms/ops/messages/42`, below the path of the server. */
const inProtocol = /^(.*?)\/v1\/rooms(?:\/+([^/]*).*)?$/

/** Say what is wrong, and what to write, where that can be known. */
function refuseFalse(typed: string, scheme: string, authority: string, path: string, source: string | undefined): void {
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (at !== -1) {
    // What stands before may be a password, which no screen has to show.
    const [name = ''] = decoded(authority.slice(0, at)).split(':')
    const isWhole = /:/.test(host) || path !== '' || typed.includes('://')
    const line = commandLine(['join', isWhole ? `${scheme}://${host}${path}` : addressOfHost(host), '--as', name || 'NAME'])
    throw CommandError.usage(
      `The address of a server has no name or password in it${source === undefined ? '' : `, but ${source} has`}. To say who you are: ${line}`
    )
  }
  if (scheme !== 'http' && scheme !== 'https') {
    const secure = scheme === 'wss' ? 'https' : 'http'
    throw noServer(typed, `It begins with http:// or https://, as in ${secure}://${host}${path}`, source)
  }
  if (host.includes('%') && host.includes(':')) throw noServer(typed, 'An address with a % (a zone) cannot be used', source)
  // The colons spare most addresses the pattern of Node, which takes long to be compiled.
  if (/:.*:/.test(host) && isIP(host) === 6)
    throw noServer(typed, `Put an IPv6 address in brackets: ${scheme}://[${host}]:1543`, source)
  const [, port = ''] = /^(?:\[[^\]]*\]|[^:[]*):(.*)$/s.exec(host) ?? []
  if (port === '') return
  if (!/^\d+$/.test(port)) throw noServer(typed, `“${port}” is not a port; an address looks like ${serverDefault}`, source)
  if (Number(port) < 1 || Number(port) > portMax) throw noServer(typed, `Ports go from 1 to ${portMax}`, source)
}

const portMax = 65_535

function noServer(typed: string, advice: string, source: string | undefined): CommandError {
  const what = source === undefined ? `“${typed}” is not` : `${source} is “${typed}”, which is not`
  return CommandError.usage(`${what} the address of a server. ${advice}`)
}

/** Without the quotes that a message or a document has put around an address; some spell its `#` as if it were part of the path. */
const cleaned = (typed: string): string =>
  typed
    .trim()
    .replace(/^[<"'“‘«]+|[>"'”’»]+$/g, '')
    .replace(/%23(?=(?:join|link|room)=)/i, '#')

/** A computer's address or `localhost`: as a room it would be looked for where nobody meant. */
const isHostAlone = (typed: string): boolean => isIP(typed) === 4 || typed.toLowerCase() === 'localhost'

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

import { ConnectionError, type ConnectionFault } from './connection-error.ts'
import { tlsFault } from './tls-fault.ts'

/** An error of Node, with what it says of itself beside its words. */
interface SystemError extends Error {
  code?: unknown
  syscall?: unknown
  /** Of the parser of HTTP: what it could not read, as `node:http` and as `fetch` keep it. */
  rawPacket?: unknown
  data?: unknown
  /** Of a certificate: the names it is for, as `DNS:chat.example.org, IP Address:203.0.113.9`. */
  cert?: { subjectaltname?: unknown }
}

/**
 * What a failing socket or `fetch` threw.
 * @param connected  whether there was a connection that the request could have gone over; undefined: that is to be found out here
 */
export function connectionError(error: unknown, url: string, connected?: boolean): ConnectionError {
  if (error instanceof ConnectionError) return error
  const { origin } = new URL(url)
  const found = mostTelling(error)
  const code = codeOf(found)
  const mayHaveArrived = connected ?? !isBeforeSending(found, code)
  const facts = { cause: error, mayHaveArrived }
  const tls = tlsFault(found, code)
  if (tls)
    return new ConnectionError('tls', origin, { ...facts, tls, words: tls === 'other-host' ? names(found) : tlsWords(found) })
  // The answer does not begin as HTTP: the program there has not understood the request either.
  if (code === 'HPE_INVALID_CONSTANT') return notHttp(found, origin)
  const reason = reasonOf(code, mayHaveArrived)
  return new ConnectionError(reason, origin, {
    ...facts,
    words: words[code] ?? (reason === 'unreachable' ? found.message : undefined)
  })
}

const dns = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL'])
/** The last one is that of a parser that the connection was cut under. */
const cut = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'HPE_INVALID_EOF_STATE'])

/** The network faults that people can act on, in their words; the others are known by their reason. */
const words: Record<string, string> = {
  EAI_AGAIN: 'no name server answers',
  EAI_FAIL: 'the name server has failed',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'no route to host',
  EADDRNOTAVAIL: 'address not available',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  ENETDOWN: 'network is down',
  HPE_HEADER_OVERFLOW: 'its head is too large',
  UND_ERR_HEADERS_OVERFLOW: 'its head is too large'
}

function reasonOf(code: string, mayHaveArrived: boolean): ConnectionFault {
  if (dns.has(code)) return 'dns'
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect-timeout'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'answer-timeout'
  if (cut.has(code)) return 'reset'
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed'
  if (code === 'ETIMEDOUT' && !mayHaveArrived) return 'connect-timeout'
  // A browser gives no reason. Nothing else that has no code of ours happens before a connection stands.
  return mayHaveArrived && code !== '' ? 'reset' : 'unreachable'
}

/** The call that failed tells how far it came; libraries and TLS have codes instead. */
function isBeforeSending(error: SystemError, code: string): boolean {
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true
  return code === 'UND_ERR_CONNECT_TIMEOUT' || tlsFault(error, code) !== undefined
}

/** The parser of `fetch` has lost its codes in Node 24, and says the same in words. */
function codeOf({ code, name, message }: SystemError): string {
  if (typeof code === 'string') return code
  if (name !== 'HTTPParserError') return ''
  return message.includes('Expected HTTP/') ? 'HPE_INVALID_CONSTANT' : 'HPE_INTERNAL'
}

/** An alert is what TLS answers to a request that is none of it. */
function notHttp(error: SystemError, origin: string): ConnectionError {
  const [first] = error.rawPacket instanceof Uint8Array ? error.rawPacket : [String(error.data).charCodeAt(0)]
  const facts = { cause: error, mayHaveArrived: false }
  return first === tlsAlert
    ? new ConnectionError('tls', origin, { ...facts, tls: 'https-only' })
    : new ConnectionError('not-http', origin, facts)
}

const tlsAlert = 0x15

/** From the one that tells most to the one that tells least; what is not listed stands before the first. */
const telling = ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']

/** The error behind an error, wherever `fetch` has hidden it; of several addresses of one computer the one that got furthest. */
function mostTelling(error: unknown): SystemError {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error instanceof AggregateError && error.errors.length > 0) {
    const each: SystemError[] = error.errors.map(mostTelling)
    return each.reduce((best, other) => (rank(other) < rank(best) ? other : best))
  }
  return 'code' in error || error.cause === undefined ? error : mostTelling(error.cause)
}

const rank = ({ code }: SystemError): number => telling.indexOf(String(code))

function names({ cert, message }: SystemError): string {
  const alternatives = typeof cert?.subjectaltname === 'string' ? cert.subjectaltname : message
  const all = [...alternatives.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => name)
  return all.length === 0 ? 'it names none' : all.length > 3 ? `${all.slice(0, 3).join(', ')} …` : all.join(', ')
}

/** `bad certificate`, out of a line that also says where in the library that was found; Node has no code for who hangs up. */
const tlsWords = ({ message }: SystemError): string =>
  /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ??
  (message.includes('before secure TLS') ? 'the connection was cut' : message)

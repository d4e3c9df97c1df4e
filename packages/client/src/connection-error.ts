import type { TlsFault } from './tls-fault.ts'

/**
 * Why there is no answer.
 * - Nothing was sent: `refused`, `unreachable`, `dns` (no such name), `connect-timeout`, `tls` ({@link ConnectionError.tls} says why).
 * - Somebody else answered: `redirect` ({@link ConnectionError.target} says where to), `not-http`.
 * - It may have been carried out: `reset` (cut on the way), `malformed` (the answer is no valid HTTP), `answer-timeout` (connected,
 *   but silent).
 */
export type ConnectionFault =
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'tls'
  | 'connect-timeout'
  | 'redirect'
  | 'not-http'
  | 'reset'
  | 'malformed'
  | 'answer-timeout'

interface ConnectionFacts extends ErrorOptions {
  seconds?: number | undefined
  tls?: TlsFault | undefined
  target?: string | undefined
  words?: string | undefined
  mayHaveArrived?: boolean
  current?: unknown
}

/** No answer at all: what happened between here and the server. An answer that refuses is a ProblemError. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly reason: ConnectionFault
  /** Origin that was asked. */
  readonly server: string
  /** How long was waited, where a time ran out. */
  readonly seconds: number | undefined
  /** Why there is no secure connection, where that is the reason. */
  readonly tls: TlsFault | undefined
  /** Where a redirect leads, as an absolute address; it has not been followed. */
  readonly target: string | undefined
  /** The server may have got the request, in this attempt or an earlier one, so that its effect is unknown. */
  readonly mayHaveArrived: boolean
  /** What stood there when it was looked what had become of a change, if that could be found out. */
  readonly current: unknown
  /** The fault in a few words of whoever found it, such as `no route to host`. */
  readonly words: string | undefined

  constructor(reason: ConnectionFault, server: string, facts: ConnectionFacts = {}) {
    super(sentence(reason, server, facts), facts)
    this.reason = reason
    this.server = server
    this.seconds = facts.seconds
    this.tls = facts.tls
    this.target = facts.target
    this.mayHaveArrived = facts.mayHaveArrived ?? (reason === 'reset' || reason === 'malformed' || reason === 'answer-timeout')
    this.current = facts.current
    this.words = facts.words
  }

  /**
   * The same failure, of a request that may have arrived in an earlier attempt.
   * @param current  what stood there when it was looked what had become of a change
   */
  inDoubt(current: unknown = this.current): ConnectionError {
    const { reason, server, cause, seconds, tls, target, words } = this
    return new ConnectionError(reason, server, {
      cause,
      seconds,
      tls,
      target,
      current,
      words,
      mayHaveArrived: true
    })
  }
}

function sentence(
  reason: ConnectionFault,
  server: string,
  { seconds, tls, target, words, mayHaveArrived }: ConnectionFacts
): string {
  const { host, hostname } = new URL(server)
  const span = seconds === undefined ? 'in time' : `in ${seconds} s`
  const why = words === undefined ? '' : ` (${words})`
  switch (reason) {
    case 'refused':
      return `No server answers at ${server} (connection refused)`
    case 'unreachable':
      return `${host} cannot be reached${why}`
    case 'dns':
      return words === undefined ? `There is no computer named ${hostname}` : `The name ${hostname} could not be looked up${why}`
    case 'tls':
      return tlsSentence(tls, host, why)
    case 'connect-timeout':
      return `No answer from ${host} ${span}`
    case 'redirect':
      return `${server} redirects to ${target}`
    case 'not-http':
      return `${host} does not speak HTTP`
    case 'reset':
      return `The connection to ${host} was cut before ${mayHaveArrived === false ? 'anything was sent' : 'the answer came'}`
    case 'malformed':
      return `The answer of ${host} is not valid HTTP${why}`
    case 'answer-timeout':
      return `No answer ${span}`
  }
}

function tlsSentence(fault: TlsFault | undefined, host: string, why: string): string {
  const certificate = `The certificate of ${host}`
  switch (fault) {
    case 'expired':
      return `${certificate} has expired`
    case 'not-yet-valid':
      return `${certificate} is not valid yet`
    case 'self-signed':
      return `${certificate} is self-signed`
    case 'unknown-authority':
      return `${certificate} was issued by an authority that this computer does not know`
    case 'other-host':
      return `${certificate} is for another name${why}`
    case 'plain-http':
      return `${host} does not speak TLS`
    case 'https-only':
      return `${host} speaks TLS only`
    default:
      return `No secure connection to ${host}${why}`
  }
}

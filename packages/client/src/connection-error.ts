/**
 * Why there is no answer: nothing was sent (`refused`, `unreachable`, `dns`, `tls`, `connect-timeout`), or it may have been
 * (`reset`: cut on the way; `answer-timeout`: connected, but silent).
 */
export type ConnectionFault = 'refused' | 'unreachable' | 'dns' | 'tls' | 'connect-timeout' | 'reset' | 'answer-timeout'

interface ConnectionFacts extends ErrorOptions {
  seconds?: number | undefined
  mayHaveArrived?: boolean
}

/** No answer at all: what happened between here and the server. An answer that refuses is a ProblemError. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly reason: ConnectionFault
  /** Origin that was asked. */
  readonly server: string
  /** How long was waited, where a time ran out. */
  readonly seconds: number | undefined
  /** The server may have got the request, in this attempt or an earlier one, so that its effect is unknown. */
  readonly mayHaveArrived: boolean

  constructor(reason: ConnectionFault, server: string, options: ConnectionFacts = {}) {
    super(sentence(reason, server, options.seconds), options)
    this.reason = reason
    this.server = server
    this.seconds = options.seconds
    this.mayHaveArrived = options.mayHaveArrived ?? (reason === 'reset' || reason === 'answer-timeout')
  }

  /** What a failing socket or `fetch` threw, told apart by its code. `connected`: the failure came after the connection stood. */
  static from(error: unknown, url: string, connected: boolean): ConnectionError {
    if (error instanceof ConnectionError) return error
    return new ConnectionError(fault(code(error), connected), new URL(url).origin, { cause: error })
  }

  /** The same failure, after an earlier attempt that may have arrived. */
  afterCut(): ConnectionError {
    const { reason, server, cause, seconds } = this
    return this.mayHaveArrived ? this : new ConnectionError(reason, server, { cause, seconds, mayHaveArrived: true })
  }
}

function sentence(reason: ConnectionFault, server: string, seconds?: number): string {
  const { host, hostname } = new URL(server)
  const span = seconds === undefined ? 'in time' : `in ${seconds} s`
  switch (reason) {
    case 'refused':
      return `No server answers at ${server} (connection refused)`
    case 'unreachable':
      return `${host} cannot be reached`
    case 'dns':
      return `There is no computer named ${hostname}`
    case 'tls':
      return `No secure connection to ${host}`
    case 'connect-timeout':
      return `No answer from ${host} ${span}`
    case 'reset':
      return `The connection to ${host} was cut before the answer came`
    case 'answer-timeout':
      return `No answer ${span}`
  }
}

/** The code of what went wrong, wherever `fetch` or a connection to several addresses has hidden it. */
function code(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors.length > 0) return code(error.errors[0])
  return code(error.cause)
}

const dns = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'])
const tls = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/

function fault(code: string, connected: boolean): ConnectionFault {
  if (dns.has(code)) return 'dns'
  if (tls.test(code)) return 'tls'
  if (connected) return 'reset'
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect-timeout'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET' || code.startsWith('HPE_')) return 'reset'
  return 'unreachable'
}

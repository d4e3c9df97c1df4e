import { ConnectionError } from './connection-error.ts'
import { ProblemError, UnexpectedAnswer } from './problem-error.ts'
import type { TransportResponse } from './transport.ts'

/**
 * What an answer means that does not give what was asked for.
 * @param server  base address of the server, to which `path` was added
 */
export function refusal(
  response: TransportResponse,
  body: string,
  server: string,
  path: string
): ProblemError | ConnectionError | UnexpectedAnswer {
  const { origin, protocol } = new URL(server)
  const location = response.header('location')
  if (response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, server + path)) {
    return new ConnectionError('redirect', origin, { target: serverAt(new URL(location, server + path).href, path) })
  }
  if (response.status < 400 || response.status > 599) return UnexpectedAnswer.at(server)
  const problem = ProblemError.of(response, body)
  const isMisled =
    protocol === 'http:' && (problem.code === 'https-only' || (problem.code === 'http-400' && httpsOnly.test(body)))
  return isMisled ? new ConnectionError('tls', origin, { tls: 'https-only' }) : problem
}

/** A redirect of all requests leads to the same path of another server: that server is what can be used instead. */
const serverAt = (target: string, path: string): string => (target.endsWith(path) ? target.slice(0, -path.length) : target)

/** What nginx, Apache and servers in Go say on a port for TLS. */
const httpsOnly =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i

import type { ConnectionError, ConnectionFault, TlsFault } from '@tertulia/client'
import { serverDefault } from '../defaults.ts'
import { isLoopback } from '../loopback.ts'
import { commandLine } from '../printing/command-lines.ts'
import { chatServer, isAlone } from '../program.ts'

/** What to do when there is no answer. */
export function connectionAdvice({ reason, server, tls, target, words }: ConnectionError): string {
  const url = new URL(server)
  const isHttp = url.protocol === 'http:'
  switch (reason) {
    case 'refused':
      return isHttp && url.port === '' ? withPort(url) : startAdvice(url)
    case 'connect-timeout':
      return isHttp && url.port === '' ? withPort(url) : 'A firewall or security group may close the port.'
    case 'unreachable':
      return unreachableAdvice[words ?? ''] ?? advice.dns
    case 'tls':
      return tlsAdvice[tls ?? 'handshake'](url)
    case 'redirect':
      return `If that is the server you mean, use its address: ${commandLine(['join', target ?? ''])}`
    default:
      return advice[reason]
  }
}

const advice: Record<Exclude<ConnectionFault, 'refused' | 'connect-timeout' | 'unreachable' | 'tls' | 'redirect'>, string> = {
  dns: 'Check the address and your network.',
  'not-http': 'Check the address and the port.',
  reset: 'Try again.',
  malformed: 'Check the address and the port.',
  'answer-timeout': 'It may be busy; try again later.'
}

/** A firewall that does not drop packets answers as if there were no way, and one of this computer lets nothing out. */
const unreachableAdvice: Record<string, string> = {
  'no route to host': 'Check the address and your network. A firewall there may also refuse the port.',
  'not permitted': 'A firewall of this computer may forbid it.'
}

const withPort = ({ hostname }: URL): string => `Without a port, http:// means port 80. Try http://${hostname}:${portDefault}`

const portDefault = new URL(serverDefault).port

/** Nobody starts a server on somebody else's computer, nor one that needs a certificate, nor one that they do not have, by a line that is told them. */
function startAdvice(url: URL): string {
  const { protocol, hostname, port } = url
  if (hostname === '0.0.0.0' || hostname === '[::]')
    return `${hostname} stands for every address of a server; use one of those that it prints when it starts.`
  if (!isLoopback(url)) return 'Is it running there, with --host 0.0.0.0?'
  if (protocol !== 'http:' || isAlone) return 'Is it running?'
  const host = hostname === 'localhost' || hostname === '127.0.0.1' ? '' : ` --host ${hostname.replace(/[[\]]/g, '')}`
  const flag = port === portDefault ? '' : ` --port ${port}`
  return `Is it running? Start one with: ${chatServer} start${host}${flag}`
}

const trusted = 'set NODE_EXTRA_CA_CERTS to a file with'

const tlsAdvice: Record<TlsFault, (url: URL) => string> = {
  expired: () => 'Whoever runs the server must renew it.',
  'not-yet-valid': () => 'Check the clock of this computer.',
  'self-signed': () => `If you trust it, ${trusted} that certificate.`,
  'unknown-authority': () => `If you trust that authority, ${trusted} its certificate.`,
  'other-host': () => 'Use an address that the certificate is for.',
  'plain-http': ({ host }) => `Try http://${host}`,
  'https-only': ({ host }) => `Try https://${host}`,
  handshake: () => 'Check the address and the port.'
}

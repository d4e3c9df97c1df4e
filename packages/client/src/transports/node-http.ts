import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { ConnectionError } from '../connection-error.ts'
import type { Transport, TransportRequest, TransportResponse } from '../transport.ts'

/** A host that drops packets would keep us waiting for minutes. */
const connectTimeoutMs = 5_000
const redirectsMax = 3

interface Sender {
  request: typeof request
  agent: Agent
}

/**
 * The transport of quick commands on Node: it starts 100 ms sooner than `fetch` and tells every way to fail apart.
 * Connections are kept for the next request, and do not keep the process alive.
 */
export function nodeHttp(): Transport {
  const plain: Sender = { request, agent: new Agent({ keepAlive: true }) }
  let secure: Promise<Sender> | undefined
  const senderFor = (url: string) => {
    if (!url.startsWith('https:')) return plain
    secure ??= secureSender()
    return secure
  }

  return async function send(asked): Promise<TransportResponse> {
    for (let redirects = 0, { url } = asked; ; redirects++) {
      const response = await exchange({ ...asked, url }, await senderFor(url))
      const target = redirected(response, url)
      if (target === undefined || redirects === redirectsMax) return wrap(response, url, asked.signal)
      response.resume()
      url = target
    }
  }
}

/** Loaded by those who need it. */
async function secureSender(): Promise<Sender> {
  const https = await import('node:https')
  return { request: https.request as typeof request, agent: new https.Agent({ keepAlive: true }) }
}

/** Send, and wait for the head of the answer. */
function exchange({ method, url, headers, body, signal }: TransportRequest, sender: Sender): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = sender.request(url, { method, agent: sender.agent, headers: { ...headers, ...length } })
    let connected = false
    boundConnecting(sent, url, () => {
      connected = true
    })
    const abort = () => sent.destroy(signal.reason)
    signal.addEventListener('abort', abort)
    sent.once('close', () => signal.removeEventListener('abort', abort))
    sent.once('response', resolve)
    sent.on('error', (error) =>
      reject(signal.aborted ? reasonOf(signal, url, connected) : ConnectionError.from(error, url, connected))
    )
    sent.end(body)
  })
}

/** A time that ran out before there was a connection says so: nothing was sent. */
function reasonOf({ reason }: AbortSignal, url: string, connected: boolean): unknown {
  if (connected || !(reason instanceof ConnectionError)) return reason
  return new ConnectionError('connect-timeout', new URL(url).origin, { seconds: reason.seconds })
}

/** Give up a connection that does not come about; a kept one stands already. */
function boundConnecting(sent: ClientRequest, url: string, onConnected: () => void): void {
  sent.once('socket', (socket) => {
    if (!socket.connecting) return onConnected()
    const timer = setTimeout(() => {
      sent.destroy(new ConnectionError('connect-timeout', new URL(url).origin, { seconds: connectTimeoutMs / 1000 }))
    }, connectTimeoutMs)
    socket.once('connect', onConnected)
    socket.once('connect', () => clearTimeout(timer))
    sent.once('close', () => clearTimeout(timer))
  })
}

/** Where a 307 or 308 sends us, unless that is another server: a token goes only where it was meant to. */
function redirected({ statusCode, headers }: IncomingMessage, url: string): string | undefined {
  if ((statusCode !== 307 && statusCode !== 308) || headers.location === undefined) return undefined
  const target = new URL(headers.location, url)
  return target.origin === new URL(url).origin ? target.href : undefined
}

function wrap(response: IncomingMessage, url: string, signal: AbortSignal): TransportResponse {
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = response.headers[name.toLowerCase()]
      return value === undefined ? null : String(value)
    },
    body: chunks(response, url, signal)
  }
}

async function* chunks(response: IncomingMessage, url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* response
  } catch (error) {
    signal.throwIfAborted()
    throw ConnectionError.from(error, url, true)
  }
}

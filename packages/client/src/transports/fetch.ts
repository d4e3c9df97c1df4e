import { ConnectionError } from '../connection-error.ts'
import { connectionError } from '../connection-fault.ts'
import { redirected } from '../redirect.ts'
import type { Transport, TransportRequest, TransportResponse } from '../transport.ts'

const probeMs = 2_000
/** Origins that have answered, and so speak what they are asked in. */
const answering = new Set<string>()

/** The transport of browsers, and of Node where 100 ms at the first request do not matter. */
export const fetchTransport: Transport = async (asked) => {
  for (let redirects = 0, { url } = asked; ; redirects++) {
    const response = await exchange({ ...asked, url })
    const location = response.headers.get('location')
    const target = redirected({ status: response.status, location }, url, redirects)
    if (target === undefined) return wrap(response, url, asked.signal)
    await response.body?.cancel()
    url = target
  }
}

/** Redirects are not followed, for `fetch` would make a GET of a POST; a browser hides where they lead, so that it has to. */
async function exchange(asked: TransportRequest): Promise<Response> {
  const response = await send(asked, 'manual')
  if (response.type !== 'opaqueredirect') return response
  const followed = await send(asked, 'follow')
  const { origin } = new URL(asked.url)
  if (new URL(followed.url).origin === origin) return followed
  await followed.body?.cancel()
  throw new ConnectionError('redirect', origin, { target: followed.url })
}

async function send({ method, url, headers, body, signal }: TransportRequest, redirect: 'manual' | 'follow'): Promise<Response> {
  const { origin } = new URL(url)
  try {
    // A browser keeps a 410 or a 301 of some proxy for good, and would never ask again.
    const asked = { method, headers, body: body ?? null, signal, redirect, credentials: 'omit', cache: 'no-cache' } as const
    const response = await fetch(url, asked)
    answering.add(origin)
    return response
  } catch (error) {
    signal.throwIfAborted()
    const failure = connectionError(error, url)
    if (failure.reason !== 'reset' || answering.has(origin) || !(await speaksTls(url, signal))) throw failure
    throw new ConnectionError('tls', origin, { tls: 'https-only', cause: error })
  }
}

/** A server that speaks TLS hangs up on a request in plain HTTP, which looks like any other cut. */
async function speaksTls(url: string, signal: AbortSignal): Promise<boolean> {
  if (!url.startsWith('http:')) return false
  const secure = new URL('/', url.replace('http:', 'https:')).href
  // `AbortSignal.any` would leave its traces on a signal that may live for long, and a timeout that it alone knows may be collected.
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, probeMs)
  signal.addEventListener('abort', end)
  try {
    await fetch(secure, { method: 'HEAD', redirect: 'manual', signal: ending.signal })
    return true
  } catch (error) {
    const { tls } = connectionError(error, secure)
    return tls !== undefined && tls !== 'plain-http' && tls !== 'handshake'
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function wrap(response: Response, url: string, signal: AbortSignal): TransportResponse {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: chunks(response.body, url, signal)
  }
}

/** By hand, because not every browser can iterate a stream. */
async function* chunks(body: ReadableStream<Uint8Array> | null, url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  // Node's fetch never ends the body for whoever reads on after an abort that came when all of it had arrived.
  const abort = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
    signal.throwIfAborted()
  } catch (error) {
    signal.throwIfAborted()
    throw connectionError(error, url, true)
  } finally {
    signal.removeEventListener('abort', abort)
    await reader.cancel().catch(() => {})
  }
}

import { ConnectionError } from '../connection-error.ts'
import type { Transport } from '../transport.ts'

/** The transport of browsers, and of Node where 100 ms at the first request do not matter. */
export const fetchTransport: Transport = async ({ url, signal, ...request }) => {
  try {
    const response = await fetch(url, { ...request, signal, credentials: 'omit' })
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: chunks(response.body, url, signal)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw ConnectionError.from(error, url, false)
  }
}

/** By hand, because not every browser can iterate a stream. */
async function* chunks(body: ReadableStream<Uint8Array> | null, url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch (error) {
    signal.throwIfAborted()
    throw ConnectionError.from(error, url, true)
  } finally {
    await reader.cancel().catch(() => {})
  }
}

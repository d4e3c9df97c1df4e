import { backoffMs, type Pace } from './backoff.ts'
import { ConnectionError } from './connection-error.ts'
import { ProblemError, UnexpectedAnswer } from './problem-error.ts'
import type { Transport, TransportResponse } from './transport.ts'
import { timerMs } from './wait-limits.ts'

/** The server, who asks it, and by which means. */
export interface Link extends Pace {
  /** Base address, without a slash at its end. */
  server: string
  token: string | undefined
  transport: Transport
  onRetry: ((failure: ProblemError | ConnectionError, waitMs: number) => void) | undefined
}

/** What a caller may say about any request. */
export interface CallOptions {
  signal?: AbortSignal
  /** For everything, further attempts included, in ms. */
  timeoutMs?: number
  /** false: the first failure is the answer. */
  retry?: boolean
}

export interface Call extends CallOptions {
  body?: object
  headers?: Record<string, string>
  /** Makes a POST repeatable. */
  idempotencyKey?: string
}

export interface Answer<T> {
  body: T
  header(name: string): string | null
}

export type Request = <T = undefined>(method: string, path: string, call?: Call) => Promise<Answer<T>>

const timeoutMsDefault = 15_000
const backoff = { firstMs: 250, maxMs: 4_000 }

/**
 * Ask, and ask again while that can help and cannot harm: 429, 503 and cut connections are tried again, with the same
 * Idempotency-Key, as the server's Retry-After says and with jitter, until the time is up.
 * @throws ProblemError when the server refuses, ConnectionError when there is no answer, UnexpectedAnswer when it makes no sense
 */
export function requester(link: Link): Request {
  return async function request<T>(method: string, path: string, call: Call = {}): Promise<Answer<T>> {
    const timeoutMs = call.timeoutMs ?? timeoutMsDefault
    const deadline = performance.now() + timeoutMs
    const repeatable = method !== 'POST' || call.idempotencyKey !== undefined
    // A server that has answered before is expected back; one that never did is reported at once.
    let reached = false
    let cut = false
    for (let failures = 0; ; failures++) {
      let failure: ProblemError | ConnectionError
      try {
        return await attempt<T>(link, method, path, call, { deadline, timeoutMs, cut })
      } catch (error) {
        if (error instanceof ConnectionError) failure = cut ? error.afterCut() : error
        else if (error instanceof ProblemError) failure = error
        else throw error
      }
      const helps =
        failure instanceof ProblemError
          ? failure.status === 429 || (failure.status === 503 && repeatable)
          : failure.reason === 'reset'
            ? repeatable
            : reached && failure.reason !== 'answer-timeout'
      if (call.retry === false || !helps) throw failure
      reached = true
      cut ||= failure instanceof ConnectionError && failure.mayHaveArrived
      const asked = failure instanceof ProblemError ? (failure.retryAfterMs ?? 0) : 0
      const waitMs = asked + backoffMs(failures, backoff, link.random)
      if (performance.now() + waitMs >= deadline) throw failure
      link.onRetry?.(failure, waitMs)
      await link.pause(waitMs, call.signal)
    }
  }
}

interface Attempt {
  deadline: number
  timeoutMs: number
  cut: boolean
}

async function attempt<T>(
  link: Link,
  method: string,
  path: string,
  call: Call,
  { deadline, timeoutMs, cut }: Attempt
): Promise<Answer<T>> {
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new ConnectionError('answer-timeout', new URL(link.server).origin, { seconds: timeoutMs / 1000 })),
    timerMs(deadline - performance.now())
  )
  try {
    const response = await link.transport({
      method,
      url: link.server + path,
      headers: requestHeaders(link, call),
      ...(call.body && { body: JSON.stringify(call.body) }),
      signal: call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal
    })
    const text = await wholeText(response)
    if (response.status < 200 || response.status > 299) throw ProblemError.of(response, text, cut)
    return { body: bodyOf<T>(response, text, link.server), header: response.header }
  } finally {
    clearTimeout(timer)
  }
}

export function authorization({ token }: Link): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function requestHeaders(link: Link, { body, headers, idempotencyKey }: Call): Record<string, string> {
  return {
    accept: 'application/json',
    ...authorization(link),
    ...(body && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...headers
  }
}

export async function wholeText({ body }: TransportResponse): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

function bodyOf<T>(response: TransportResponse, text: string, server: string): T {
  if (response.status === 204) return undefined as T
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as T
  } catch {}
  throw new UnexpectedAnswer(`${server} answers, but not as a Tertulia server does. Check the address`)
}

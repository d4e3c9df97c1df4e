import type { Shape } from './answer-shapes.ts'
import { backoffMs, type Pace } from './backoff.ts'
import { ConnectionError } from './connection-error.ts'
import { parsedJson } from './parsed-json.ts'
import { ProblemError, UnexpectedAnswer } from './problem-error.ts'
import { refusal } from './refusal.ts'
import type { Transport, TransportResponse } from './transport.ts'
import { timerMs } from './wait-limits.ts'

/** The server, the user, and the transport between them. */
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
  /** For everything, further attempts included, in ms. Looking what became of a change whose answer was lost may take 5 s more. */
  timeoutMs?: number
  /** false: the first failure is the answer. */
  retry?: boolean
  /** The server has answered before: one that cannot be reached is expected back, and not reported at once. */
  reached?: boolean
}

export interface Call<T = undefined> extends CallOptions {
  /** What the answer has to look like; without it there is nothing in it. */
  fits?: Shape<T>
  body?: object
  headers?: Record<string, string>
  /** Makes a POST repeatable. */
  idempotencyKey?: string
  /** A second one undoes nothing that others have done since the first, so it may be sent although the first may have arrived. */
  repeatable?: boolean
}

export interface Answer<T> {
  body: T
  header(name: string): string | null
}

export type Request = <T = undefined>(method: string, path: string, call?: Call<T>) => Promise<Answer<T>>

const timeoutMsDefault = 15_000
const backoff = { firstMs: 250, maxMs: 4_000 }

/**
 * Ask, and ask again while that can help and cannot harm, as the server's Retry-After says and with jitter, until the time is up.
 * What may have arrived is repeated only where a second one cannot undo what others have done in between: reads, requests with an
 * Idempotency-Key or `If-Match`, and those that say so.
 * @throws ProblemError when the server refuses, ConnectionError when there is no answer, UnexpectedAnswer when it makes no sense
 */
export function requester(link: Link): Request {
  return async function request<T = undefined>(method: string, path: string, call: Call<T> = {}): Promise<Answer<T>> {
    const timeoutMs = call.timeoutMs ?? timeoutMsDefault
    const deadline = performance.now() + timeoutMs
    const repeatable = isRepeatable(method, call)
    // A server that has answered before is expected back; one that never did is reported at once.
    let reached = call.reached === true
    let inDoubt = false
    for (let failures = 0; ; failures++) {
      let failure: ProblemError | ConnectionError
      try {
        return await attempt<T>(link, method, path, call, { deadline, timeoutMs })
      } catch (error) {
        if (!(error instanceof ConnectionError || error instanceof ProblemError)) throw error
        failure = inDoubt ? error.inDoubt() : error
      }
      const helps = failure instanceof ProblemError ? passes(failure, repeatable) : heals(failure, { repeatable, reached })
      if (call.retry === false || !helps) throw failure
      reached = true
      inDoubt = failure.mayHaveArrived
      const asked = failure instanceof ProblemError ? (failure.retryAfterMs ?? 0) : 0
      const waitMs = asked + backoffMs(failures, backoff, link.random)
      if (performance.now() + waitMs >= deadline) throw failure
      link.onRetry?.(failure, waitMs)
      await link.pause(waitMs, call.signal)
    }
  }
}

function isRepeatable(method: string, { idempotencyKey, headers, repeatable = false }: Call<unknown>): boolean {
  const ifMatch = headers?.['if-match'] ?? '*'
  return repeatable || method === 'GET' || idempotencyKey !== undefined || ifMatch !== '*'
}

/** Whether a refusal is one for the moment, and the request was not carried out, unless that does not matter. */
function passes({ status, code, retryAfterMs }: ProblemError, repeatable: boolean): boolean {
  if (status === 429) return true
  if (status !== 502 && status !== 503 && status !== 504) return false
  if (repeatable || code === 'draining' || code === 'storage-busy') return true
  return code === 'http-503' && retryAfterMs !== undefined
}

const passingFaults: readonly ConnectionError['reason'][] = ['refused', 'unreachable', 'dns', 'connect-timeout', 'reset']

/** Whether another connection may come about, and the request can go over it. */
function heals(
  { reason, mayHaveArrived }: ConnectionError,
  { repeatable, reached }: { repeatable: boolean; reached: boolean }
): boolean {
  if (!passingFaults.includes(reason)) return false
  return mayHaveArrived ? repeatable && (reached || reason === 'reset') : reached
}

interface Attempt {
  deadline: number
  timeoutMs: number
}

async function attempt<T>(
  link: Link,
  method: string,
  path: string,
  call: Call<T>,
  { deadline, timeoutMs }: Attempt
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
      body: call.body && JSON.stringify(call.body),
      signal: call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal
    })
    const text = await wholeText(response)
    if (response.status < 200 || response.status > 299) throw refusal(response, text, link.server, path)
    return { body: bodyOf(text, call.fits, link.server), header: response.header }
  } finally {
    clearTimeout(timer)
  }
}

export function authorization({ token }: Link): Record<string, string> {
  const headers: Record<string, string> = {}
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  return headers
}

function requestHeaders(link: Link, { body, headers, idempotencyKey }: Call<unknown>): Record<string, string> {
  const own: Record<string, string> = { accept: 'application/json', ...authorization(link) }
  if (body) own['content-type'] = 'application/json'
  if (idempotencyKey !== undefined) own['idempotency-key'] = idempotencyKey
  return { ...own, ...headers }
}

export async function wholeText({ body }: TransportResponse): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

function bodyOf<T>(text: string, fits: Shape<T> | undefined, server: string): T {
  if (fits === undefined) {
    if (text === '') return undefined as T
  } else {
    const body = parsedJson(text)
    if (fits(body)) return body
  }
  throw UnexpectedAnswer.at(server)
}

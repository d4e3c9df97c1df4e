import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

const manyConnections = new Agent({ keepAlive: true, maxSockets: 256 })

/** Close those that are kept for later. */
export const endKeptConnections = (): void => manyConnections.destroy()

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  body: any
}

export interface Question {
  token?: string
  json?: unknown
  headers?: Record<string, string>
  /** Which connections are used; by default as many as are needed. */
  agent?: Agent
}

/** One request on a kept connection. Rejects when the connection is refused, cut or silent: then the outcome is unknown. */
export const ask = (
  method: string,
  url: string,
  { token, json, headers = {}, agent = manyConnections }: Question = {}
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const own: Record<string, string> = {}
    if (token) own.authorization = `Bearer ${token}`
    if (json !== undefined) own['content-type'] = 'application/json'
    const sent = request(url, {
      method,
      agent,
      timeout: 30_000,
      headers: { ...own, ...headers }
    })
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error('no answer in 30 s')))
    sent.on('response', (reply) => resolve(answerOf(reply)))
    sent.end(json === undefined ? undefined : JSON.stringify(json))
  })

async function answerOf(reply: IncomingMessage): Promise<Answer> {
  const body = await text(reply)
  const isJson = /\bjson\b/.test(reply.headers['content-type'] ?? '') && body !== ''
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: isJson ? JSON.parse(body) : body }
}

export const register = async (url: string, name: string): Promise<string> =>
  (await ask('POST', `${url}/v1/users`, { json: { name } })).body.token

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One request, as a test's server sees it. */
export interface Got {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** Listen with a handler of the test's own, which gets each request whole; ends with the test. */
export async function serve(handle: (got: Got, response: ServerResponse, count: number) => void) {
  const requests: Got[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const got = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      requests.push(got)
      handle(got, response, requests.length)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, server }
}

export function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
  response.end(JSON.stringify(body))
}

export const problem = (status: number, code: string, detail = 'Because.', more: object = {}) => ({
  type: `/problems/${code}`,
  code,
  status,
  title: code,
  detail,
  instance: 'r1',
  ...more
})

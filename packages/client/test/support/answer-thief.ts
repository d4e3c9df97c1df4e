import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What becomes of a request: it does not arrive, it arrives and the answer is lost, or a gateway says that it got none. */
export type Loss = 'before' | 'after' | 'gateway'

export interface Theft {
  /** Which request, as `PUT /v1/rooms/general/messages/42`. */
  line: string | RegExp
  loss: Loss
  /** How often; once by default. */
  times?: number
  /** What happens at the server meanwhile, before anybody can ask again. */
  meanwhile?: () => Promise<unknown>
}

/**
 * A way to a server on which some answers get lost: the connection is cut instead. Ends with the test.
 * @returns its address, and the requests that came, by their first lines
 */
export async function answerThief(target: string, { line, loss, times = 1, meanwhile = async () => {} }: Theft) {
  const lines: string[] = []
  let left = times
  const proxy = createServer(async (asked, answer) => {
    const asks = `${asked.method} ${asked.url}`
    lines.push(asks)
    const isHit = left > 0 && (typeof line === 'string' ? asks === line : line.test(asks))
    if (isHit) left--
    if (isHit && loss === 'before') {
      await meanwhile()
      answer.socket?.destroy()
      return
    }
    const got = await passOn(asked, target)
    if (!isHit) {
      answer.writeHead(got.status, got.headers).end(got.body)
      return
    }
    await meanwhile()
    if (loss === 'after') answer.socket?.destroy()
    else answer.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
  })
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, lines }
}

interface Passed {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

/** Ask the server the same, and read its answer to the end. */
function passOn(asked: IncomingMessage, target: string): Promise<Passed> {
  return new Promise((resolve, reject) => {
    const { connection, host, ...headers } = asked.headers
    const sent = request(target + asked.url, { method: asked.method, headers, agent: false })
    sent.on('error', reject)
    sent.on('response', async (response) => {
      const body = Buffer.concat(await response.toArray())
      const { connection, 'transfer-encoding': coding, ...kept } = response.headers
      resolve({ status: response.statusCode ?? 0, headers: kept, body })
    })
    asked.pipe(sent)
  })
}

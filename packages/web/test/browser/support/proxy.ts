import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * Something between the browser and a server, until the test ends.
 * @param before  sees each request first, and may keep it waiting; true: it has answered
 * @returns its address
 */
export async function openProxy(
  server: { readonly url: string },
  before: (asked: IncomingMessage, answer: ServerResponse) => boolean | Promise<boolean>
): Promise<string> {
  const proxy = createServer(async (asked, answer) => {
    if (await before(asked, answer)) return
    const { port } = new URL(server.url)
    const { url, method, headers } = asked
    const passed = request({ host: '127.0.0.1', port, path: url, method, headers }, (got) =>
      got.pipe(answer.writeHead(got.statusCode ?? 500, got.headers))
    )
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

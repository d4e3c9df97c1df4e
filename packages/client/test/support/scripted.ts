import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listen until the test ends; gives the port. */
export async function portOf(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** What does this with each connection, once a request has come on it; @returns its address. Ends with the test. */
export async function scripted(act: (socket: Socket, request: string) => void): Promise<string> {
  const server = createServer((socket) => {
    let request = ''
    socket.on('data', function more(bytes) {
      request += bytes.toString('latin1')
      if (!isWhole(request)) return
      socket.off('data', more)
      act(socket, request)
    })
  })
  return `http://127.0.0.1:${await portOf(server)}`
}

/** A server whose every answer is these bytes, after which it hangs up. */
export const saying = (bytes: string | Uint8Array): Promise<string> => scripted((socket) => socket.end(bytes))

/** Something that is no request of HTTP is whole as it comes. */
function isWhole(request: string): boolean {
  if (!/^[A-Z]/.test(request)) return true
  const end = request.indexOf('\r\n\r\n')
  const [, length = 0] = /\r\ncontent-length: (\d+)/i.exec(request) ?? []
  return end !== -1 && request.length >= end + 4 + Number(length)
}

/** The bytes of an answer. */
export function http(status: number, body = '', fields: Record<string, string> = {}): string {
  const head = Object.entries({ 'content-length': `${Buffer.byteLength(body)}`, ...fields }).map(
    ([name, value]) => `${name}: ${value}\r\n`
  )
  return `HTTP/1.1 ${status} As told\r\n${head.join('')}\r\n${body}`
}

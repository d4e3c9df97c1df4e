import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ClaimedPort } from '../../src/connections/claimed-port.ts'
import { freePort } from '../processes/support/free-port.ts'

test('whoever connects before there is a server is answered by it, and is waited for when it closes', async () => {
  const port = await freePort()
  const claimed = await ClaimedPort.claim('127.0.0.1', port)
  const early = connect(port, '127.0.0.1')
  onTestFinished(() => void early.destroy())
  await once(early, 'connect')
  early.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')

  const server = createServer((request, response) => response.end(`${request.socket.localPort}`))
  claimed.handTo(server)
  server.listen({ host: '127.0.0.1', port })
  const [answer] = await once(early, 'data')
  expect(String(answer)).toMatch(new RegExp(`^HTTP/1\\.1 200 OK[^]*${port}`))
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(`${port}`)

  server.close()
  server.closeAllConnections()
  await claimed.left()
  await expect(ClaimedPort.claim('127.0.0.1', port).then((next) => next.left())).resolves.toBeUndefined()
})

test('a port that somebody has cannot be claimed', async () => {
  const taken = createTcpServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  await expect(ClaimedPort.claim('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

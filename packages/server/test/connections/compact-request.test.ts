import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { CompactRequest } from '../../src/connections/compact-request.ts'

const text = Array.from({ length: 60_000 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('')

/** Send this text in chunks of so many bytes; gives the pieces in which a server of such requests got it. */
async function piecesOf(chunkBytes: number): Promise<Buffer[]> {
  const server = createServer({ IncomingMessage: CompactRequest })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  client.write('POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n')
  const [request] = (await once(server, 'request')) as [IncomingMessage]
  for (let at = 0; at < text.length; at += chunkBytes) {
    const chunk = text.slice(at, at + chunkBytes)
    client.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
  }
  client.write('0\r\n\r\n')
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return pieces
}

test.each([1, 7, 1_000, 16_384, 20_000, 60_000])(
  'a body in chunks of %d bytes comes whole, in few pieces',
  async (chunkBytes) => {
    const pieces = await piecesOf(chunkBytes)
    expect(Buffer.concat(pieces).toString()).toBe(text)
    expect(pieces.length).toBeLessThanOrEqual(8)
  }
)

test('a body that is read late comes whole too', async () => {
  const server = createServer({ IncomingMessage: CompactRequest })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  const long = text.repeat(20)
  client.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${long.length}\r\n\r\n${long}`)
  const [request] = (await once(server, 'request')) as [IncomingMessage]
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  let got = ''
  for await (const piece of request) got += piece
  expect(got).toBe(long)
})

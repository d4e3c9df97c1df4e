import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { ServerProcess } from './support/server-process.ts'

/** As many as are wanted, or as the descriptors of one process allow, with some to spare. */
const count = Math.min(
  length({ short: 1_000, long: 10_000 }),
  Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout.replace(/\D.*/s, '')) - 500
)
const atOnce = 200

test(`a message is sent and arrives while ${count} connections are idle`, { timeout: 170_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-idle-'))
  const server = await ServerProcess.start(join(folder, 'chat.db'))
  const idle: Socket[] = []
  let lost = 0
  onTestFinished(async () => {
    for (const socket of idle) socket.destroy()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })
  const token = await register(server.url, 'ana')

  while (idle.length < count) {
    const more = Array.from({ length: Math.min(atOnce, count - idle.length) }, () => keptConnection(server.port, () => lost++))
    idle.push(...(await Promise.all(more)))
  }

  const room = `${server.url}/v1/rooms/general`
  const { body: page } = await ask('GET', `${room}/messages`, { token })
  const follower = new Follower(() => `${room}/events`, token, page.cursor)
  onTestFinished(() => follower.end())
  const sent = await ask('POST', `${room}/messages`, { token, json: { text: 'hi' } })
  expect(sent.status).toBe(201)
  await follower.until(sent.body.id)
  expect(lost).toBe(0)
})

/** A connection that was of use once and is kept. */
async function keptConnection(port: number, onClose: () => void): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.on('close', onClose)
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /)
  return socket
}

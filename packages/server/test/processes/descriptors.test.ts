import { spawnSync } from 'node:child_process'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { ask, register } from './support/ask.ts'
import { SilentServer, serverProgram } from './support/silent-server.ts'

const under = (limit: number) => ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh']

test.each([[60], [120], [255]])('with %i descriptors it does not start, and says in one sentence why', (limit) => {
  const [command = '', ...words] = [...under(limit), process.execPath, serverProgram, 'start', '--port', '0', '--db', '/nowhere']
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' })
  expect([status, stdout, stderr]).toEqual([
    78,
    '',
    `chat-server: A server needs 256 file descriptors and may have only ${limit}: raise that with ulimit -n 1024 (systemd: LimitNOFILE=).\n`
  ])
})

/** Resolves with the answer, or undefined when the connection was refused. */
function use(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.on('error', () => {}) // a refused connection may be reset; that it closes is what counts
    socket.once('data', (answer) => resolve(String(answer)))
    socket.once('close', () => resolve(undefined))
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
  })
}

test('connections beyond what it may have open are refused and counted; those that it has, and the database, go on', async () => {
  const server = await SilentServer.start(['ignore', 'pipe', 'inherit'], under(256))
  const warnings: { refused?: number }[] = []
  createInterface({ input: server.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (line.includes('"level":40')) warnings.push(JSON.parse(line))
  })
  const token = await register(server.url, 'ana')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  await ask('GET', `${server.url}/health/live`, { agent })
  const sockets = Array.from({ length: 400 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const answers = await Promise.all(sockets.map(use))
  const refused = answers.filter((answer) => answer === undefined).length
  expect(refused).toBeGreaterThan(200)
  expect(refused).toBeLessThan(300)

  const room = `${server.url}/v1/rooms/general/messages`
  for (let n = 0; n < 20; n++) expect((await ask('POST', room, { token, agent, json: { text: 'hi' } })).status).toBe(201)
  const { body: figures } = await ask('GET', `${server.url}/metrics`, { agent })
  expect(figures).toContain(`\ntertulia_connections_refused_total ${refused}\n`)
  expect(figures).toContain('\nprocess_max_fds 256\n')
  const [, open] = /^process_open_fds (\d+)$/m.exec(figures) ?? []
  expect(Number(open)).toBeGreaterThan(400 - refused)
  expect(Number(open)).toBeLessThanOrEqual(256)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatchObject({ msg: expect.stringMatching(/^1 connection was refused: .* 256 file descriptors\./) })

  for (const socket of sockets) socket.destroy()
  await expect.poll(() => use(connect(Number(new URL(server.url).port), '127.0.0.1'))).toMatch(/^HTTP\/1\.1 200 /)
  expect(await server.stop()).toBe(0)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { ask, register } from './support/ask.ts'
import { runCommand, serverProgram } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

describe.skipIf(noPostgres)(noPostgres ?? 'a server on PostgreSQL', () => {
  let engine: PostgresEngine
  beforeAll(async () => {
    engine = await PostgresEngine.start()
  })
  afterAll(() => engine.remove())

  const startOn = async (url: string) => {
    const server = await ServerProcess.start(url)
    onTestFinished(async () => void (await server.end('SIGKILL')))
    return server
  }
  const send = (server: ServerProcess, token: string, text: string, key = text) =>
    ask('POST', `${server.url}/v1/rooms/general/messages`, { token, json: { text }, headers: { 'idempotency-key': `"${key}"` } })
  const textsIn = async (server: ServerProcess, token: string): Promise<string[]> =>
    (await ask('GET', `${server.url}/v1/rooms/general/messages?limit=200`, { token })).body.messages.map(
      ({ text }: { text: string }) => text
    )

  test('keeps the chat, for other servers beside it too, and shows its password nowhere', async () => {
    const url = (await engine.createDatabase()).replace('chat@', 'chat:secret@')
    const [first, second] = await Promise.all([startOn(url), startOn(url)]) // both make the tables, or one of them
    const token = await register(first.url, 'ana')
    await expect.poll(async () => (await send(first, token, 'hi')).status).toBe(201) // a busy machine may answer 503 before
    const sent = await send(first, token, 'hi')
    expect(sent).toMatchObject({ status: 201, body: { id: 3, text: 'hi', author: { name: 'ana' } } })
    expect(await send(second, token, 'hi')).toMatchObject({ status: 201, body: sent.body })
    expect(await first.end()).toBe(0)
    expect(await textsIn(second, token)).toEqual(['hi'])
    expect(readFileSync(`/proc/${second.pid}/cmdline`, 'latin1')).not.toContain('secret')
    const listed = await runCommand(['user', 'list', '--store', url])
    expect(listed).toMatchObject({ code: 0, err: '', out: expect.stringContaining('ana\tperson') })
    expect((await runCommand(['user', 'disable', 'ana', '--store', url])).code).toBe(0)
    await expect.poll(async () => (await send(second, token, 'ho')).status).toBe(401)
    expect(await second.end()).toBe(0)
  })

  test.each(['nats://chat:secret@127.0.0.1:1', 'tls://secret@127.0.0.1:1'])('shows nothing of %s', async (bus) => {
    const args = ['start', '--port', '0', '--store', await engine.createDatabase(), '--bus', bus]
    const server = spawn(process.execPath, [serverProgram, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void server.kill('SIGKILL'))
    const [line] = await once(server.stdout, 'data')
    expect(`${line}`).toContain('waiting for')
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'latin1')).not.toContain('secret')
  })

  test('says what became of a message while PostgreSQL stands still or is away, and loses and doubles none', async () => {
    const server = await startOn(await engine.createDatabase())
    const token = await register(server.url, 'ana')
    await expect.poll(async () => (await send(server, token, 'before')).status).toBe(201)

    engine.freeze()
    const unknown = await send(server, token, 'frozen').finally(() => engine.thaw())
    expect(unknown).toMatchObject({ status: 504, headers: { 'retry-after': '1' }, body: { code: 'outcome-unknown' } })
    await expect.poll(async () => (await send(server, token, 'frozen')).status).toBe(201)

    const crowd = Array.from({ length: 100 }, (_, n) => `crowd-${n}`)
    const underWay = Promise.all(crowd.map((text) => send(server, token, text)))
    await engine.stop('immediate')
    for (const { status } of await underWay) expect([201, 503, 504]).toContain(status)
    await expect.poll(async () => (await send(server, token, 'away')).body.code).toBe('storage-busy')
    expect(await send(server, token, 'away')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect((await ask('GET', `${server.url}/health/ready`)).body).toMatchObject({ status: 'ok', store: 'away' })
    await engine.start()
    await expect.poll(async () => (await send(server, token, 'away')).status).toBe(201)
    expect((await ask('GET', `${server.url}/health/ready`)).body).toMatchObject({ status: 'ok', store: 'up' })
    for (const text of crowd) await expect.poll(async () => (await send(server, token, text)).status).toBe(201)
    const texts = await textsIn(server, token)
    expect(texts.filter((text) => !text.startsWith('crowd'))).toEqual(['before', 'frozen', 'away'])
    expect(texts.toSorted()).toEqual([...crowd, 'before', 'frozen', 'away'].toSorted())
    expect(await server.end()).toBe(0)
  })

  test('notices by itself when PostgreSQL goes and when it is back, though nobody asks for anything', {
    timeout: 120_000
  }, async () => {
    const server = await startOn(await engine.createDatabase())
    const state = async () => (await ask('GET', `${server.url}/health/ready`)).body.store
    const figure = async () => /^tertulia_store_away (\d)$/m.exec((await ask('GET', `${server.url}/metrics`)).body)?.[1]
    const soon = { timeout: 60_000 }
    expect(await state()).toBe('up')
    engine.freeze()
    await expect
      .poll(state, soon)
      .toBe('away')
      .finally(() => engine.thaw())
    await expect.poll(state, soon).toBe('up')
    await engine.stop('immediate')
    await expect.poll(state, soon).toBe('away')
    expect(await figure()).toBe('1')
    await engine.start()
    await expect.poll(state, soon).toBe('up')
    expect(await figure()).toBe('0')
    expect(await server.end()).toBe(0)
  })

  test('a start that waits says for what, without the password, and goes on when it is there', { timeout: 120_000 }, async () => {
    const url = (await engine.createDatabase()).replace('chat@', 'chat:s3cr3t@')
    await engine.stop()
    const lines: string[] = []
    let waits = () => {}
    const waiting = new Promise<void>((resolve) => {
      waits = resolve
    })
    const starting = ServerProcess.start(url, {
      onLine: (line) => {
        lines.push(line)
        if (line.includes(`waiting for PostgreSQL at 127.0.0.1:${engine.port}`)) waits()
      }
    })
    await waiting
    await engine.start()
    const server = await starting
    expect(await server.end()).toBe(0)
    expect(lines.join('\n')).not.toContain('s3cr3t')
  })

  test('does not start where an acknowledged message could be lost, and says what to do', async () => {
    const careless = await PostgresEngine.start(['fsync=off'])
    onTestFinished(() => careless.remove())
    const refused = await ServerProcess.refused(await careless.createDatabase())
    expect(refused).toMatchObject({ code: 78, said: expect.stringContaining('Set fsync=on') })
    const absent = await ServerProcess.refused((await engine.createDatabase()).replace(/\w+$/, 'nowhere'))
    expect(absent).toMatchObject({ code: 78, said: expect.stringContaining('createdb') })
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { ChatClient } from '../../src/index.ts'
import { nodeHttp } from '../../src/transports/node-http.ts'
import { answerThief, type Loss, type Theft } from '../support/answer-thief.ts'

let folder: string
let server: ServerProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-accounts-'))
  server = await ServerProcess.start(join(folder, 'chat.db'))
})
afterAll(async () => {
  await server.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** A password costs a second of work, several in one request, and the machine may be busy. */
const patient = { timeoutMs: 120_000 }
const losses = length<Loss[]>({ short: ['after'], long: ['before', 'after', 'gateway'] })
const transports = [['node:http', nodeHttp()] as const, ['fetch', undefined] as const]
let users = 0

describe.each(length({ short: transports.slice(0, 1), long: transports }))('over %s', (_name, transport) => {
  const clientOf = (token?: string, url = server.url) => new ChatClient({ server: url, token, transport })
  const register = async (password?: string) => {
    const name = `user${++users}`
    const { token } = await clientOf().users.register(password === undefined ? { name } : { name, password }, patient)
    return { name, token, client: clientOf(token) }
  }
  const robbed = async (token: string | undefined, theft: Theft) => clientOf(token, (await answerThief(server.url, theft)).url)

  test('one device signs another one in, and that signs itself out', async () => {
    const { name, client } = await register()
    const { code } = await client.sessions.link()
    const { token, user } = await clientOf().sessions.create({ code })
    expect(user.name).toBe(name)
    const phone = clientOf(token)
    expect(await phone.users.me()).toEqual(user)
    await phone.sessions.end()
    await expect(phone.users.me()).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(clientOf().sessions.create({ code })).rejects.toMatchObject({ code: 'link-spent' })
    expect(await client.users.me()).toEqual({ ...user, sessions: 1 })
  })

  test.each(losses)('a password is set although the first answer is lost (%s), and signs in', async (loss) => {
    const { name, token } = await register('correct horse battery')
    const client = await robbed(token, { line: 'PUT /v1/users/me/password', loss })
    await client.users.setPassword({ password: 'a much better one', current: 'correct horse battery' }, patient)
    const { user } = await clientOf().sessions.create({ name, password: 'a much better one' }, patient)
    expect(user.name).toBe(name)
    await expect(clientOf().sessions.create({ name, password: 'correct horse battery' }, patient)).rejects.toMatchObject({
      code: 'sign-in-failed'
    })
  })

  test('a password that is wrong is not tried again', async () => {
    const { client } = await register('correct horse battery')
    await expect(client.users.setPassword({ password: 'a much better one', current: 'a guess' }, patient)).rejects.toMatchObject({
      code: 'wrong-password',
      mayHaveArrived: false
    })
  })

  test('a bot has tokens of its own, which its owner makes and ends', async () => {
    const { client } = await register()
    const name = `bot${++users}`
    const { token, user } = await client.bots.create({ name })
    expect(user).toMatchObject({ name, kind: 'bot' })
    expect((await clientOf(token).messages.post('general', { text: 'build 118 passed' })).author).toEqual({ name, kind: 'bot' })
    const made = await client.tokens.create({ bot: name, name: 'reader', scope: 'read', rooms: ['general'] })
    const reader = clientOf(made.token)
    expect((await reader.rooms.list()).rooms.map((room) => room.name)).toEqual(['general'])
    await expect(reader.messages.post('general', { text: 'hi' })).rejects.toMatchObject({ code: 'token-scope' })
    const names = []
    for await (const page of client.tokens.pages({ bot: name, limit: 1 })) names.push(...page.tokens.map((one) => one.name))
    expect(names).toEqual(['first', 'reader'])
    await client.tokens.delete(made.id)
    await expect(reader.users.me()).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(client.tokens.delete(made.id)).rejects.toMatchObject({ code: 'token-not-found' })
    expect((await client.bots.list()).bots).toEqual([{ name, kind: 'bot', createdAt: user.createdAt }])
  })

  test.each(losses)('a token is ended although the first answer is lost (%s)', async (loss) => {
    const { client, token } = await register()
    const { id } = await client.tokens.create({ name: 'nightly' })
    await (await robbed(token, { line: `DELETE /v1/tokens/${id}`, loss })).tokens.delete(id)
    expect((await client.tokens.list()).tokens).toEqual([])
  })

  test.each(losses)('a bot is ended and its owner leaves for ever although the first answers are lost (%s)', async (loss) => {
    const { client, token } = await register()
    const name = `bot${++users}`
    const bot = clientOf((await client.bots.create({ name })).token)
    await (await robbed(token, { line: `DELETE /v1/bots/${name}`, loss })).bots.delete(name)
    await expect(bot.users.me()).rejects.toMatchObject({ code: 'unauthorized' })
    await (await robbed(token, { line: 'DELETE /v1/users/me', loss })).users.leaveForEver()
    await expect(client.users.me()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test.each(losses)('signing in and out succeed although an answer is lost (%s)', async (loss) => {
    const { name } = await register('correct horse battery')
    const way = await robbed(undefined, { line: 'POST /v1/sessions', loss })
    const { token } = await way.sessions.create({ name, password: 'correct horse battery' }, patient)
    await (await robbed(token, { line: 'DELETE /v1/sessions/current', loss })).sessions.end()
    await expect(clientOf(token).users.me()).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { MessagePage, SignedIn } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { flags, variable } from '../../src/flags.ts'
import { ask } from '../processes/support/ask.ts'
import { hasCaddy } from '../processes/support/caddy.ts'
import { Follower } from '../processes/support/follower.ts'
import { freePort } from '../processes/support/free-port.ts'
import { ProxyProcess } from '../processes/support/proxy-process.ts'
import { NatsEngine, noNats } from '../support/nats-engine.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { type ComposeService, composeFile, shipped, variablesOf } from './support/compose-file.ts'
import { Image } from './support/image.ts'

const top = fileURLToPath(new URL('../../../../', import.meta.url))
const files = ['compose.yml', 'compose-one.yml']
const env = { CHAT_HOST: 'chat.example.org', POSTGRES_PASSWORD: '5ec4e7', NATS_PASSWORD: '6ec4e7' }
const image = new Image(shipped('Dockerfile'))

test.each(files)('%s takes only variables that example.env names, or that it can do without', (file) => {
  const named = new Set([...shipped('example.env').matchAll(/^#?(\w+)=/gm)].map(([, name]) => name))
  for (const { name, isOptional } of variablesOf(file)) expect([name, named.has(name) || isOptional]).toEqual([name, true])
})

test.each(files)('%s and the image set only variables that the server knows', (file) => {
  const known = new Set(Object.keys(flags).map(variable))
  const servers = Object.values(composeFile(file, env).services).filter(({ build }) => build)
  const set = [image.env, ...servers.map(({ environment = {} }) => environment)].flatMap(Object.keys)
  expect(set.filter((name) => name.startsWith('CHAT_SERVER_') && !known.has(name))).toEqual([])
  for (const { build } of servers) expect(existsSync(join(top, 'deploy', build!.context, build!.dockerfile))).toBe(true)
})

test('the image takes from this repository what is there', () => {
  for (const path of image.copied) expect([path, existsSync(join(top, path))]).toEqual([path, true])
  expect(existsSync(join(top, image.program))).toBe(true)
})

test('only Caddy can be reached from outside, and only servers reach the database and the bus', () => {
  const { services, networks } = composeFile('compose.yml', env)
  expect(Object.keys(services).filter((name) => services[name]?.ports)).toEqual(['caddy'])
  const inBack = Object.keys(services).filter((name) => [services[name]?.networks].flat().includes('back'))
  expect(inBack.sort()).toEqual(['nats', 'postgres', 'server-1', 'server-2', 'server-3'])
  expect(networks?.back?.internal).toBe(true)
  const { ipv4_address: caddy } = (services.caddy!.networks as Record<string, { ipv4_address: string }>).front!
  expect(services['server-1']?.environment?.CHAT_SERVER_TRUST_PROXY).toBe(caddy)
  expect(networks?.front?.ipam?.config[0]?.subnet).toBe(caddy.replace(/\d+$/, '0/24'))
})

test('a server is given the time that it takes to stop', () => {
  for (const { environment = {}, stop_grace_period: grace = '' } of Object.values(composeFile('compose.yml', env).services)) {
    if (environment.CHAT_SERVER_STOP_DELAY === undefined) continue
    expect(Number.parseInt(grace, 10)).toBeGreaterThanOrEqual(Number(environment.CHAT_SERVER_STOP_DELAY) + 10)
  }
})

/** A server as its container would start it, except that it is on a port of its own, on the loopback interface. */
async function startService({ environment = {} }: ComposeService, own: NodeJS.ProcessEnv) {
  const port = await freePort()
  const variables = { PATH: process.env.PATH, ...image.env, ...environment, ...own }
  const settings = Object.entries({ ...variables, CHAT_SERVER_HOST: '127.0.0.1', CHAT_SERVER_PORT: port })
  const child = spawn(process.execPath, [join(top, image.program), ...image.command], {
    env: Object.fromEntries(settings.map(([name, value]) => [name, String(value)])),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  let said = ''
  child.stderr.on('data', (bytes) => (said += bytes))
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => JSON.parse(line).msg === 'listening' && resolve())
    lines.on('close', () => reject(new Error(`the server ended: ${said}`)))
  })
  return { port, url: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGTERM'), exit }
}

/** What a compose file has for `docker compose exec`, by its first lines: the words after `chat-server`. */
const commandsOf = (file: string) =>
  [...shipped(file).matchAll(/^#.* exec server\S* chat-server (.*)$/gm)].map(([, words = '']) => words.split(' '))

/** Run one of them as in the container of that service. */
async function execute({ environment = {} }: ComposeService, words: string[], own: NodeJS.ProcessEnv) {
  const variables = { PATH: process.env.PATH, ...image.env, ...environment, ...own } as NodeJS.ProcessEnv
  const { stdout } = await promisify(execFile)(process.execPath, [join(top, image.program), ...words], { env: variables })
  return stdout.trim()
}

/** How the health check of the image ends for a server on this port. */
const health = async (port: number): Promise<number> => {
  const [program = '', ...args] = image.healthCheck
  const done = promisify(execFile)(program, args, { env: { ...process.env, CHAT_SERVER_PORT: `${port}` } })
  return done.then(
    () => 0,
    ({ code }) => code
  )
}

test('one server keeps its database in the volume, and its health check says whether it is there', async () => {
  const data = mkdtempSync(join(tmpdir(), 'tertulia-volume-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const { server } = composeFile('compose-one.yml', {}).services
  expect(server?.volumes).toContain(`chat:${image.env.XDG_DATA_HOME}`)
  const { port, stop, exit } = await startService(server!, { XDG_DATA_HOME: data })
  expect(existsSync(join(data, 'tertulia', 'chat.db'))).toBe(true)
  expect(await health(port)).toBe(0)
  const [invite = [], backup = []] = commandsOf('compose-one.yml')
  expect(await execute(server!, invite, { XDG_DATA_HOME: data })).toMatch(/^http:\/\/127\.0\.0\.1:1543\/#join=/)
  const copy = await execute(
    server!,
    backup.map((word) => word.replace(/^\/data\b/, data)),
    { XDG_DATA_HOME: data }
  )
  expect(existsSync(copy)).toBe(true)
  stop()
  expect((await exit)[0]).toBe(0)
  expect(await health(port)).toBe(1)
})

const missing = noPostgres ?? noNats ?? (hasCaddy() ? undefined : 'caddy is missing (Debian: caddy)')
if (missing && process.env.CI) throw new Error(`compose.yml cannot be tried: ${missing}`)

describe.skipIf(missing)(`with the engines of this machine${missing ? ` (${missing})` : ''}`, { timeout: 180_000 }, () => {
  const { services } = composeFile('compose.yml', env)
  let postgres: PostgresEngine
  let nats: NatsEngine
  let monitor: number
  beforeAll(async () => {
    const [program, ...words] = services.postgres?.command ?? []
    expect(program).toBe('postgres')
    postgres = await PostgresEngine.start(words.filter((word) => word !== '-c'))
    monitor = await freePort()
    nats = await NatsEngine.start(services.nats?.command?.map((word) => (word === '8222' ? `${monitor}` : word)))
  })
  afterAll(async () => {
    await postgres?.remove()
    await nats?.stop()
  })

  test('what is sent through Caddy reaches a reader at each of the three servers', async () => {
    const store = await postgres.createDatabase()
    const environment = (service: ComposeService) => ({
      CHAT_SERVER_STORE: `${service.environment?.CHAT_SERVER_STORE}`.replace(
        '@postgres/chat',
        `@${new URL(store).host}${new URL(store).pathname}`
      ),
      CHAT_SERVER_BUS: `${service.environment?.CHAT_SERVER_BUS}`.replace('@nats:4222', `@127.0.0.1:${nats.port}`),
      CHAT_SERVER_REGISTRATION: 'open',
      CHAT_SERVER_TRUST_PROXY: '127.0.0.1'
    })
    const names = Object.keys(services).filter((name) => services[name]?.build)
    expect(names.length).toBe(3)
    const servers = await Promise.all(names.map((name) => startService(services[name]!, environment(services[name]!))))
    const url = await caddyBefore(names, servers)

    const { token } = (await ask('POST', `${url}/v1/users`, { json: { name: 'ana' } })).body as SignedIn
    const { cursor } = (await ask('GET', `${url}/v1/rooms/general/messages`, { token })).body as MessagePage
    const followers = servers.map((server) => new Follower(() => `${server.url}/v1/rooms/general/events`, token, cursor))
    onTestFinished(() => {
      for (const follower of followers) follower.end()
    })
    for (const follower of followers) await follower.until('synced')
    const { id } = (await ask('POST', `${url}/v1/rooms/general/messages`, { token, json: { text: 'hello' } })).body
    for (const follower of followers) await follower.until(id)
    for (const { port } of servers) expect(await health(port)).toBe(0)
    const [invite = []] = commandsOf('compose.yml')
    const [first] = names
    expect(await execute(services[first!]!, invite, environment(services[first!]!))).toMatch(
      /^https:\/\/chat\.example\.org\/#join=/
    )
  })

  /** Caddy, with its files and variables as they are in the compose file; plain HTTP, because nobody gives it a certificate here. */
  async function caddyBefore(names: string[], servers: { port: number }[]): Promise<string> {
    const { volumes = [], environment = {} } = services.caddy!
    const file = volumes.map((volume) => volume.split(':')).find(([, to]) => to === '/etc/caddy/Caddyfile')?.[0] ?? ''
    const data = mkdtempSync(join(tmpdir(), 'tertulia-caddy-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true }))
    const own = await freePort()
    const places = names.reduce(
      (text, name, at) => text.replace(`${name}:1543`, `127.0.0.1:${servers[at]?.port}`),
      `${environment.CHAT_SERVERS}`
    )
    const variables = {
      ...process.env,
      CHAT_HOST: `http://127.0.0.1:${own}`,
      CHAT_SERVERS: places,
      CADDY_ADMIN: `127.0.0.1:${await freePort()}`,
      XDG_DATA_HOME: data,
      XDG_CONFIG_HOME: data
    }
    const args = ['run', '--config', join(top, 'deploy', file), '--adapter', 'caddyfile']
    const caddy = await ProxyProcess.start('caddy', args, own, variables)
    onTestFinished(() => caddy.end())
    return `http://127.0.0.1:${own}`
  }

  test('the health check of NATS asks where it answers', async () => {
    const url = services.nats?.healthcheck?.test.at(-1)?.replace('8222', `${monitor}`)
    expect((await fetch(url!)).status).toBe(200)
  })

  test('the health check of PostgreSQL has flags that it knows', () => {
    const [, program = '', ...args] = services.postgres?.healthcheck?.test ?? []
    const { status } = spawnSync(program, [...args.filter((word) => !word.startsWith('--dbname')), `--port=${postgres.port}`])
    expect(status).toBe(0)
  })
})

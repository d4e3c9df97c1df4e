import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noRateLimits } from '@tertulia/protocol'
import Fastify, {
  type FastifyInstance,
  type FastifyServerOptions,
  type InjectOptions,
  type LightMyRequestResponse
} from 'fastify'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type ChatServerOptions, chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { type AtEnd, holdToContract } from './hold-to-contract.ts'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS'
type Headers = Record<string, string>

/** Passwords cost next to nothing where it is not about that. */
export const cheap = { cost: 2, blockSize: 1, parallelization: 1 }

/** A signed-in user, who asks by method and path; an object is sent as JSON, a text as the form that curl sends. */
export class Guest {
  readonly name: string
  readonly headers: { authorization: string }
  readonly #app: FastifyInstance

  constructor(app: FastifyInstance, { user, token }: { user: { name: string }; token: string }) {
    this.#app = app
    this.name = user.name
    this.headers = { authorization: `Bearer ${token}` }
  }

  /** The same user, with the same token, at another server. */
  at(app: FastifyInstance): Guest {
    const token = this.headers.authorization.slice('Bearer '.length)
    return new Guest(app, { user: { name: this.name }, token })
  }

  ask(method: Method, url: string, payload?: object | string, headers: Headers = {}): Promise<LightMyRequestResponse> {
    const asked: InjectOptions = { method, url, headers: { ...this.headers, ...headers } }
    if (typeof payload === 'string') asked.headers = { 'content-type': 'application/x-www-form-urlencoded', ...asked.headers }
    if (payload) asked.payload = payload
    return this.#app.inject(asked)
  }

  get = (url: string, headers?: Headers) => this.ask('GET', url, undefined, headers)
  post = (url: string, payload?: object | string, headers?: Headers) => this.ask('POST', url, payload, headers)
  patch = (url: string, payload?: object | string, headers?: Headers) => this.ask('PATCH', url, payload, headers)
  put = (url: string, payload?: object | string, headers?: Headers) => this.ask('PUT', url, payload, headers)
  delete = (url: string, headers?: Headers) => this.ask('DELETE', url, undefined, headers)
}

export interface OpenedApp {
  app: FastifyInstance
  store: Store
  /** Where its database is. */
  folder: string
  signIn: (name: string) => Promise<Guest>
  ana: Guest
  luis: Guest
  /** What was told to whoever looks on. */
  told: string[]
  /** Every route that is registered, as in `GET /v1/rooms/:room`. */
  routes: string[]
}

/** A ready server on a database of its own, with two users and without rate limits, held to its contract; it closes with the test. */
export async function openApp(
  options: Partial<ChatServerOptions> = {},
  prefix = '',
  atEnd: AtEnd = onTestFinished,
  root: FastifyServerOptions = {}
): Promise<OpenedApp> {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-app-'))
  const store = await openSqliteStore({ file: join(folder, 'chat.db') })
  const told: string[] = []
  const app = Fastify({ ...chatServerOptions, ...root })
  holdToContract(app, options, prefix, atEnd)
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => void routes.push(...[method].flat().map((one) => `${one} ${url}`)))
  const tell = (happening: string) => void told.push(happening)
  const ours = { store, bus: new LocalBus(), limits: noRateLimits, passwords: { cost: cheap }, tell }
  await app.register(chatServer, { ...ours, ...options, prefix })
  atEnd(async () => {
    await app.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const signIn = async (name: string) => {
    const answer = await app.inject({ method: 'POST', url: `${prefix}/v1/users`, payload: { name } })
    return new Guest(app, answer.json())
  }
  return { app, store, folder, signIn, ana: await signIn('ana'), luis: await signIn('luis'), told, routes }
}

/**
 * One for all tests of a file or a group that ask for it, which leave nothing behind that another one would meet: to open one
 * takes longer than most of them. It closes after the last.
 */
export function openAppForAll(options: Partial<ChatServerOptions> = {}, prefix = ''): () => OpenedApp {
  let opened: OpenedApp
  const ends: (() => Promise<void>)[] = []
  beforeAll(async () => {
    opened = await openApp(options, prefix, (end) => void ends.push(end))
  })
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })
  return () => opened
}

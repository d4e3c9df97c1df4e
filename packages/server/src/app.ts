import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  type NewSession,
  type RateLimits,
  type RegistrationMode,
  rateLimitsDefault,
  streamAgeMsDefault
} from '@tertulia/protocol'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Bus } from './buses/bus.ts'
import { openChat } from './chat.ts'
import { Backlog, type BacklogBounds, type Bound } from './connections/backlog.ts'
import { readWebFiles } from './pages/web-files.ts'
import { answerHeaders } from './plugins/answer-headers.ts'
import { auth, byHost, byToken, signedIn } from './plugins/auth.ts'
import { awaitedBodies } from './plugins/awaited-bodies.ts'
import { backlogs } from './plugins/backlogs.ts'
import { jsonBodies } from './plugins/bodies.ts'
import { cors } from './plugins/cors.ts'
import { type Drain, draining } from './plugins/draining.ts'
import { framing } from './plugins/framing.ts'
import { hosts } from './plugins/hosts.ts'
import { labConnections } from './plugins/lab-connections.ts'
import { methods } from './plugins/methods.ts'
import { noteOperations, type Operation } from './plugins/operations.ts'
import { origins } from './plugins/origins.ts'
import { pipelining } from './plugins/pipelining.ts'
import { problemDetails } from './plugins/problem-details.ts'
import { publicPaths } from './plugins/public-paths.ts'
import { addressLimit, type Limit, signInLimit, userLimits } from './plugins/rate-limits.ts'
import { requestLog } from './plugins/request-log.ts'
import { schemaCompilers } from './plugins/schema-compilers.ts'
import { scopes } from './plugins/scopes.ts'
import { stalledReaders } from './plugins/stalled-readers.ts'
import { streamSockets } from './plugins/stream-sockets.ts'
import { syntaxFirst } from './plugins/syntax-first.ts'
import { basePath } from './requests/base-path.ts'
import { botRoutes } from './routes/bots.ts'
import { chatFileRoutes } from './routes/chat-file.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/export.ts'
import { healthRoutes } from './routes/health.ts'
import { howToRoutes } from './routes/how-to.ts'
import { inviteLookupRoutes, inviteRoutes } from './routes/invites.ts'
import { labRoutes } from './routes/lab.ts'
import { limitRoutes } from './routes/limits.ts'
import { memberRoutes } from './routes/members.ts'
import { messageRoutes } from './routes/messages.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { NewestPages } from './routes/newest-pages.ts'
import { openapiRoutes } from './routes/openapi.ts'
import { pageRoutes } from './routes/pages.ts'
import { readMarkerRoutes } from './routes/read-markers.ts'
import { roomRoutes } from './routes/rooms.ts'
import { searchRoutes } from './routes/search.ts'
import { sessionRoutes, signInRoutes } from './routes/sessions.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { accountRoutes, leavingRoutes, registrationRoutes, userRoutes } from './routes/users.ts'
import { webRoutes } from './routes/web.ts'
import type { Tell } from './services/announcer.ts'
import { Metrics, type ProgramCounts } from './services/metrics.ts'
import type { OperatorService } from './services/operator.ts'
import type { PasswordsOptions } from './services/passwords.ts'
import type { HostUser } from './services/users.ts'
import { isRemote } from './stores/remote.ts'
import type { Store } from './stores/store.ts'
import { version } from './version.ts'
import './routes/route-schema.ts'

export interface ChatServerOptions {
  /** Stays open when the server closes: whoever opened it closes it. So does the bus. */
  store: Store
  bus: Bus
  /** Where others reach this chat, its prefix included, however they get there: `https://example.org/chat`. */
  publicUrl?: string | undefined
  /** Origins whose pages may write here beside our own. */
  origins?: readonly string[] | undefined
  /** Origins whose pages may also read here (CORS). */
  corsOrigins?: readonly string[] | undefined
  /**
   * Says who makes a request, as the app around this plugin knows them; null: nobody. A new name becomes a user here.
   * With it there is no registration and no token: that app alone says who is who.
   */
  authenticate?: ((request: FastifyRequest) => Promise<HostUser | null>) | undefined
  /** Who may register a name: anybody, unless it is given. */
  registration?: RegistrationMode | undefined
  /** About how old a stream becomes before it is asked to come back, an hour by default; 0: as old as it likes. */
  streamAgeMs?: number | undefined
  /** How often one user or address may ask; what is not given is as in `rateLimitsDefault` of the protocol. */
  limits?: Partial<RateLimits> | undefined
  /** How passwords are hashed, where the defaults do not fit. */
  passwords?: PasswordsOptions | undefined
  /** How much unread answers, and the like, may hold in memory, in bytes: by default 8 MiB of each user, 32 MiB of an address, 128 of all. */
  backlog?: Partial<BacklogBounds> | undefined
  /** Folder of the web page, as vite builds it; by default the page that comes with this package. null: no page. */
  web?: string | null | undefined
  /**
   * Whether the server is going to stop: `/health/ready` says so, and everything is still served. What comes after that, when the app is
   * closed, is not refused either.
   */
  isLeaving?: (() => boolean) | undefined
  /** Speak the wire of the university lab too, which asks nobody for a proof of their name. */
  lab2?: boolean | undefined
  /** Hears who registered, joined, connected and left, in a few words. */
  tell?: Tell | undefined
  /** What the program around counts, for `/metrics`. */
  counts?: (() => ProgramCounts) | undefined
  /** Hears, as the server stops, how many readers were told to come back. */
  onDrained?: ((readers: number) => void) | undefined
  /** Is handed what only whoever runs the server may do. */
  onOperator?: ((operator: OperatorService) => void) | undefined
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined
}

/** The chat, as a Fastify plugin. What only the root of an app can set is in {@link chatServerOptions}. */
export const chatServer: FastifyPluginAsync<ChatServerOptions> = async (app, options) => {
  const { store, bus, authenticate, registration = 'open', streamAgeMs = streamAgeMsDefault } = options
  const { isLeaving = () => false, tell = () => {}, onDrained = () => {}, now = Date.now } = options
  const limits: RateLimits = { ...rateLimitsDefault, ...options.limits }
  const publicUrl = options.publicUrl?.replace(/\/+$/, '')
  const base = publicUrl === undefined ? app.prefix : basePath(publicUrl)
  const corsOrigins = options.corsOrigins ?? []
  const listed = [...(options.origins ?? []), ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])]

  const newest = new NewestPages()
  const chat = openChat({
    store,
    bus,
    registration,
    passwords: options.passwords,
    streamAgeMs,
    log: app.log,
    onChange: (log) => newest.drop(log),
    tell,
    now
  })
  const { storageFaults, feeds, streams, stillValid } = chat
  const { users, sessions, tokens, invites, bots, rooms, members, markers, messages, events, exports, retention, search, lab } =
    chat
  const isUnlimited = Object.values(limits).every((limit) => limit === null)
  const backlog = new Backlog(isUnlimited ? { ...unlimited, ...options.backlog } : options.backlog)
  const metrics = new Metrics({
    store,
    bus,
    streams: () => streams.figures(),
    backlogBytes: () => backlog.bytes,
    version,
    program: options.counts
  })
  const onRefused = (limit: Limit) => metrics.refused(limit)
  const bounds = { backlog, onRefused: (bound: Bound) => metrics.overfull(bound) }

  const identify = authenticate
    ? byHost(authenticate, (user) => users.signedInElsewhere(user))
    : byToken((token) => users.findByToken(token))

  options.onOperator?.(chat.operator)

  const drain: Drain = { begun: false, isAnnounced: isLeaving }
  app.addHook('preClose', async () => {
    drain.begun = true
    const readers = streams.count
    exports.stop()
    retention.stop()
    await Promise.all([streams.drain(), drain.isAnnounced() ? wait(lastRequestsMs) : undefined])
    onDrained(readers)
  })
  app.addHook('onClose', async () => {
    metrics.close()
    await feeds.close()
  })

  const operations: Operation[] = []

  // What holds for every request, in the order in which it can be refused.
  await app.register(problemDetails, {
    base,
    onStorageFault: (error) => void storageFaults.noted(error),
    onProblem: (code) => metrics.told(code)
  })
  await app.register(publicPaths, { base })
  await app.register(requestLog, { answered: (method, route, status) => metrics.answered(method, route, status) })
  await app.register(stalledReaders, { onCut: () => metrics.cut() })
  await app.register(streamSockets, { owns: (socket) => streams.owns(socket) })
  if (options.lab2) await app.register(labConnections)
  await app.register(pipelining, bounds)
  await app.register(answerHeaders, { publicUrl })
  await app.register(cors, { origins: corsOrigins })
  await app.register(framing)
  await app.register(hosts, { hosts: listed.map((origin) => new URL(origin).hostname) })
  await app.register(methods, { base })
  await app.register(jsonBodies)
  await app.register(noteOperations, { operations })
  await app.register(schemaCompilers)
  await app.register(syntaxFirst)

  await app.register(healthRoutes, {
    storeState: () => (isRemote(store) ? (store.isAway ? 'away' : 'up') : undefined),
    writesOff: () => store.writesOff,
    bus,
    drain
  })
  await app.register(metricsRoutes, { metrics })
  await app.register(async (open) => {
    await open.register(draining, { drain })
    await open.register(origins, { origins: [...listed, ...corsOrigins] })
    await open.register(backlogs, bounds)
    await open.register(pageRoutes, { base })
    await open.register(chatFileRoutes, { file: builtChat })
    await open.register(limitRoutes, { prefix: '/v1', rates: limits, registration: authenticate ? 'closed' : registration })
    await open.register(openapiRoutes, { operations, version, base, publicUrl, tokens: !authenticate })
    if (options.lab2) {
      if (registration !== 'open')
        throw new Error('Over the wire of the lab anybody registers: it is for open registration alone.')
      if (!lab) throw new Error('This store cannot keep the users of the lab. Start without lab2.')
      await open.register(labRoutes, { lab, limits, onRefused })
    }
    if (!authenticate) {
      const web = options.web === null ? undefined : readWebFiles(options.web ?? builtPage)
      if (web) await open.register(webRoutes, { base, web })
      await open.register(howToRoutes, { base, publicUrl, document: web?.document })
      await open.register(
        async (wayIn) => {
          await wayIn.register(addressLimit, { limit: 'register', limits, onRefused })
          await wayIn.register(registrationRoutes, { users })
        },
        { prefix: '/v1' }
      )
      await open.register(
        async (wayBack) => {
          const nameOf = ({ body }: FastifyRequest) => (body as Partial<NewSession>).name
          await wayBack.register(signInLimit, { limits, onRefused, nameOf })
          await wayBack.register(signInRoutes, { sessions })
          await wayBack.register(inviteLookupRoutes, { invites })
        },
        { prefix: '/v1' }
      )
    }
    await open.register(
      async (v1) => {
        await v1.register(auth, { identify })
        if (!authenticate) {
          await v1.register(scopes, {
            checkRoom: (asker, room) => rooms.checkToken(asker, room),
            checkKnown: ({ user }, room) => rooms.checkKnown(user, room)
          })
        }
        await v1.register(userLimits, {
          limits,
          onRefused,
          afterStream: (connection, then) => streams.afterStream(connection, then)
        })
        await v1.register(awaitedBodies, { findRoom: ({ user }, room) => rooms.find(user, room) })
        await v1.register(userRoutes, { users })
        if (!authenticate) {
          await v1.register(leavingRoutes, { users })
          await v1.register(sessionRoutes, { sessions })
          await v1.register(tokenRoutes, { tokens })
          await v1.register(inviteRoutes, { invites })
          await v1.register(botRoutes, { bots })
          await v1.register(async (guessed) => {
            await guessed.register(signInLimit, { limits, onRefused, nameOf: (request) => signedIn(request).user.name })
            await guessed.register(accountRoutes, { users })
          })
        }
        await v1.register(roomRoutes, { rooms })
        await v1.register(memberRoutes, { members })
        await v1.register(readMarkerRoutes, { markers })
        await v1.register(messageRoutes, { messages, newest })
        await v1.register(eventRoutes, { events, streams, stillValid })
        await v1.register(exportRoutes, { exports })
        await v1.register(searchRoutes, { search })
      },
      { prefix: '/v1' }
    )
  })
}

/**
 * Where the stop was announced, how long connections that are open may still carry a request, whose answer closes them: a proxy uses those
 * that it keeps, or lets go of them, and none is cut while a request is on its way.
 */
const lastRequestsMs = 1_000

/** The bounds of one user and of one address. */
const unlimited = { each: Number.POSITIVE_INFINITY, address: Number.POSITIVE_INFINITY }

/** Beside the program, where the build puts them. */
const builtPage = fileURLToPath(new URL('../program/web/', import.meta.url))
const builtChat = fileURLToPath(new URL('../program/chat.mjs', import.meta.url))

import { existsSync, realpathSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { inviteDaysDefault, inviteLink } from '@tertulia/protocol'
import { banner, farewell, isLoopback, leaving, localUrl, reachedAt } from './banner.ts'
import { CannotStart } from './cannot-start.ts'
import { type Config, isUsual, shown } from './config.ts'
import type { CertificateError, CertificateFiles } from './connections/certificate.ts'
import { ClaimedPort } from './connections/claimed-port.ts'
import { ConnectionLimit } from './connections/connection-limit.ts'
import { connectionsMax, descriptorLimit, descriptors } from './connections/descriptors.ts'
import { explainProblems } from './connections/problem-body.ts'
import { stopListening } from './connections/stop-listening.ts'
import { enginePlace } from './engine-place.ts'
import { exit, lastWordsMs } from './failure.ts'
import { type Log, type Logger, openLog } from './log.ts'
import { type Bus, BusOpenError, openBus, openSharedBus, type TellState } from './open-bus.ts'
import { type MaintenanceProgress, type OpenedStore, openStore, StoreOpenError } from './open-store.ts'
import { carryOut } from './operator/carry-out.ts'
import { OperatorSocket } from './operator/operator-socket.ts'
import { asTyped, programWords } from './program-words.ts'
import { ProgressLine } from './progress-line.ts'
import { basePath } from './requests/base-path.ts'
import type { ServedCertificate } from './served-certificate.ts'
import type { OperatorService } from './services/operator.ts'
import { isOnTerminal } from './terminal.ts'
import { version } from './version.ts'
import { WaitingLine } from './waiting-line.ts'
import { hearWarnings } from './warnings.ts'

/** A stop that takes longer is ended, with whatever still holds a connection; 5 s are promised. */
const stopMs = 4_000
/** One Ctrl-C may arrive twice, from the terminal and from npm; a second one that is meant comes later, and ends at once. */
const sameSignalMs = 1_000

/** The server itself. It runs until a signal stops it. */
export async function start(config: Config): Promise<void> {
  const { host, publicUrl, lab2, eraseWithinMs, tls } = config
  if (lab2 === 'local' && !(isLoopback(host) && publicUrl === undefined)) {
    throw new CannotStart(
      'Over the wire of the lab, anybody can speak as any of its users. To open it to other computers, use --lab2=public.'
    )
  }
  if (lab2 !== undefined && config.registration !== 'open') {
    throw new CannotStart('Over the wire of the lab, anybody registers: --lab2 goes with --registration open alone.')
  }
  if (!isOnTerminal()) process.on('SIGHUP', () => {}) // `nohup` ignores it, but Node takes that back
  const lines = openLog(config.logLevel, isatty(1))
  hearWarnings((warning) => lines.log.warn({ err: warning }, warning.message))
  const certificate = tls && (await openCertificate(tls, lines.log))
  const claimed = config.db !== undefined && existsSync(config.db) ? undefined : await claim(config)
  const progress = new ProgressLine('Bringing the database up to date')
  const tell = ({ step, part }: MaintenanceProgress) => progress.show(step, part)
  const waiting = config.store === undefined ? undefined : new WaitingLine(enginePlace(config.store), lines.log)
  const kept =
    config.db === undefined ? { url: config.store, tellWaiting: waiting?.tell } : { db: config.db, eraseWithinMs, tell }
  const opening = openStore(kept) // first: its thread starts while this one loads what serves
  const loading = load()
  loading.catch(() => {}) // `serve` hears of it, when there is a database to close
  const opened = await opening
    .finally(() => {
      progress.end()
      waiting?.end()
    })
    .catch((error: Error) => {
      throw error instanceof StoreOpenError ? new CannotStart(error.message, { cause: error }) : error
    })
  if (opened.before) {
    const { file: copy, schema, keptUntilMs } = opened.before
    const until = new Date(keptUntilMs).toISOString()
    const what = `the database was brought up to date; what it was is kept as ${copy} for a week, with texts that are deleted meanwhile`
    lines.log.info({ schema, copy, until }, what)
  }
  let bus: Bus | undefined
  try {
    bus = config.bus === undefined ? openBus() : await openBusBetween(config.bus, opened.store.epoch, lines.log)
    await serve(config, opened, bus, lines, loading, certificate, claimed)
  } catch (error) {
    await bus?.close()
    await opened.store.close()
    await lines.out.flush(lastWordsMs)
    throw error
  }
}

/** Read again on SIGHUP, where that does not stop the server. */
async function openCertificate(files: CertificateFiles, log: Logger): Promise<ServedCertificate> {
  const { ServedCertificate } = await import('./served-certificate.ts')
  try {
    const certificate = new ServedCertificate(files, log)
    if (!isOnTerminal()) process.on('SIGHUP', () => certificate.renew())
    return certificate
  } catch (error) {
    throw new CannotStart((error as CertificateError).message, { cause: error })
  }
}

/** What is lost with a bus is only time: every second each server looks at the store itself. */
async function openBusBetween(url: string, chat: string, log: Logger): Promise<Bus> {
  const waiting = new WaitingLine(enginePlace(url), log)
  const tellState: TellState = (state, why) => {
    if (state === 'up') log.warn('the bus works again')
    else log.warn({ reason: why?.message }, 'the bus is down: news from other servers arrive up to a second late')
  }
  try {
    return await openSharedBus({ url, chat, tellState, tellWaiting: waiting.tell })
  } catch (error) {
    throw error instanceof BusOpenError ? new CannotStart(error.message, { cause: error }) : error
  } finally {
    waiting.end()
  }
}

/** Only here: whoever asks for help, or is refused, does not wait for it. And beside the database, which opens in a thread. */
const load = () => import('./serving.ts')

/** Resolves when it listens. Where it cannot, the store and the bus are left to the caller. */
async function serve(
  config: Config,
  { store, isNew }: OpenedStore,
  bus: Bus,
  { log, out }: Log,
  loading: ReturnType<typeof load>,
  certificate: ServedCertificate | undefined,
  claimed: ClaimedPort | undefined
): Promise<void> {
  const { host, publicUrl, origins, corsOrigins, lab2, limits, registration, trustProxy, streamAgeMs, stopDelayMs } = config
  const kept = shown(config)
  const isTerminal = isatty(1)
  const stopSignals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM']
  if (isOnTerminal()) stopSignals.push('SIGHUP')
  const { Fastify, chatServer, chatServerOptions } = await loading
  let readers = 0
  let isLeaving = false
  let isDrained = false
  let operator: OperatorService | undefined
  let operatorSocket: OperatorSocket | undefined
  const hearOrders = (db: string, reached: string) =>
    OperatorSocket.open(realpathSync(db), (order) => carryOut(operator as OperatorService, order, reached)).catch(
      (error: Error) => {
        const words = `chat-server invite and chat-server user have to wait until this server is stopped: ${error.message}`
        log.warn({ err: error }, asTyped(words))
        return undefined
      }
    )
  const connectionLimit = new ConnectionLimit((refused) => {
    const who = refused === 1 ? '1 connection was' : `${refused} connections were`
    const words = `${who} refused: this process may have only ${descriptorLimit()} file descriptors. Raise that with ulimit -n (systemd: LimitNOFILE=).`
    log.warn({ refused }, words)
  })

  const app = Fastify({
    ...chatServerOptions,
    loggerInstance: quieter(log),
    serverFactory: (handler, options) => {
      const server = chatServerOptions.serverFactory(handler, { ...options, https: certificate?.current })
      connectionLimit.add(server)
      certificate?.serve(server)
      claimed?.handTo(server)
      if (publicUrl !== undefined) explainProblems(server, basePath(publicUrl))
      return server
    },
    trustProxy: trustProxy.length > 0 && trustProxy,
    schemaController: { compilersFactory: { buildValidator: neverUsed, buildSerializer: neverUsed } }
  })
  await app.register(chatServer, {
    store,
    bus,
    origins,
    corsOrigins,
    limits,
    registration,
    streamAgeMs,
    isLeaving: () => isLeaving,
    tell: (happening) => log.info(happening),
    publicUrl,
    lab2: lab2 !== undefined,
    counts: () => ({
      logLinesDropped: out.dropped,
      connectionsRefused: connectionLimit.refused,
      descriptors: descriptors(),
      certificateEndsAtMs: certificate?.current.validToMs
    }),
    onDrained: (count) => {
      readers = count
      isDrained = true
    },
    onOperator: (service) => {
      operator = service
    }
  })

  /** For load balancers. Those that ask notice first; those that do not, when they find nobody to connect to. */
  const leave = async () => {
    const seconds = stopDelayMs / 1000
    if (isTerminal) out.write(`${leaving(seconds)}\n`)
    else log.info({ seconds }, 'stopping: /health/ready says so, and everything is still served')
    isLeaving = true
    await wait(stopDelayMs)
    await stopListening(app.server)
  }

  const close = async () => {
    // A connection that becomes idle while the server closes would hold it up; for Node, those of streams are idle.
    const sweep = setInterval(() => isDrained && app.server.closeIdleConnections(), 100)
    const force = setTimeout(() => app.server.closeAllConnections(), stopMs)
    await app.close()
    await claimed?.left()
    clearInterval(sweep)
    clearTimeout(force)
    await bus.close()
    operatorSocket?.close()
    await store.close()
  }

  // Before it says that it listens: a program that waits for that line may stop the server at once.
  const stop = async () => {
    try {
      if (stopDelayMs > 0) await leave()
      await close()
      if (isTerminal) out.write(`${farewell(readers)}\n`)
      else log.info({ readers }, 'stopped')
      await out.flush(lastWordsMs)
      process.exit(0)
    } catch (error) {
      log.fatal({ err: error }, 'the server could not stop in order')
      await out.flush(lastWordsMs)
      process.exit(exit.failed)
    }
  }
  let firstSignalMs = 0
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (firstSignalMs === 0) {
        firstSignalMs = performance.now()
        void stop()
      } else if (performance.now() - firstSignalMs > sameSignalMs) {
        // Not exit(): it would run into the writer thread, which may be in the middle of a commit.
        process.kill(process.pid, 'SIGKILL')
      }
    })
  }

  try {
    await app.listen({ host, port: config.port })
  } catch (error) {
    if (firstSignalMs !== 0) return // it is being stopped
    throw cannotListen(error as NodeJS.ErrnoException, config)
  }

  connectionLimit.set(connectionsMax())
  const { port } = app.server.address() as { port: number }
  const names = certificate?.current
  const chat = programWords('chat', process.env)
  const reached = reachedAt({ host, port, publicUrl, certificate: names })
  operatorSocket = config.db === undefined ? undefined : await hearOrders(config.db, reached)
  if (isTerminal) {
    const adminLink = isNew && registration !== 'closed' ? await firstInvite(operator, localUrl(host, port, names)) : undefined
    const facts = { version, host, port, publicUrl, certificate: names, kept, isNew, registration, adminLink, chat }
    out.write(`${banner({ ...facts, isUsual: isUsual(config, process.env) })}\n`)
  } else log.info({ url: localUrl(host, port, names), ...kept }, 'listening')
}

/** On the terminal of whoever makes a server, and nowhere else: it makes an admin of whoever registers with it first. */
async function firstInvite(operator: OperatorService | undefined, server: string): Promise<string | undefined> {
  const invite = await operator?.invite({ room: null, admin: true, uses: 1, lastsMs: inviteDaysDefault * 24 * 60 * 60 * 1000 })
  return invite && inviteLink(server, invite.code)
}

/** The chat brings its own. To load those of Fastify takes longer than a tenth of a start, and 600 KB of the program. */
function neverUsed(): never {
  throw new Error('A route outside of the chat has a schema, and nothing to check it with.')
}

/** Fastify announces each address at level info; one line of ours is enough. */
const quieter = (log: Logger): Logger => log.child({}, { level: log.level === 'info' ? 'warn' : log.level })

/** Before a database is made: none is left behind by a server that cannot listen. */
const claim = ({ host, port }: Config): Promise<ClaimedPort> =>
  ClaimedPort.claim(host, port).catch((error) => {
    throw cannotListen(error, { host, port })
  })

function cannotListen(error: NodeJS.ErrnoException, { host, port }: Pick<Config, 'host' | 'port'>): CannotStart {
  const words: Record<string, string> = {
    EADDRINUSE: `Port ${port} is already in use. Try --port ${port < 65_535 ? port + 1 : port - 1}.`,
    EACCES: `This user may not listen on port ${port}. Try --port ${port + 8_000}.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Try --host 0.0.0.0.`,
    ENOTFOUND: `This machine has no address ${host}. Try --host 0.0.0.0.`
  }
  return new CannotStart(words[error.code ?? ''] ?? error.message, { cause: error })
}

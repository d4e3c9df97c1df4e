import { connect, type Msg, type NodeConnectionOptions, type Subscription } from '@nats-io/transport-node'
import type { LogEvent } from '@tertulia/protocol'
import type { Hint } from '../bus.ts'
import type { Carrier, CarrierListener } from '../carried-bus.ts'
import { within } from '../within.ts'

export interface NatsOptions {
  /** `nats://[user[:password]@|token@]host[:port]`, or `tls://`; several of one cluster, separated by commas. */
  url: string
  /** Which chat of those that share a NATS: the epoch of its store. */
  chat: string
}

/** So many bytes of events a hint carries; beyond it says only how far its log has come. A NATS server takes 1 MiB, unless it was told otherwise. */
const inlineBytesMax = 64 * 1024
/** How long a connection may take, and then the first answer over it. */
const dialMs = 3_000
/** Parts of all logs, for servers that share the load by subject. */
const buckets = 256

/** Core NATS, which delivers at most once: all that a hint needs. */
export async function dialNats({ url, chat }: NatsOptions, listener: CarrierListener): Promise<Carrier> {
  const connection = await connect({ ...addressOf(url), name: 'tertulia', noEcho: true, reconnect: false, timeout: dialMs })
  const subscriptions = new Map<number, Subscription>()
  const subjectOf = (log: number) => `tertulia.${chat}.log.${log % buckets}.${log}`
  const gapSubject = `tertulia.${chat}.gap`

  void connection.closed().then((error) => listener.onEnd(error ?? undefined))
  connection.subscribe(gapSubject, { callback: () => listener.onGap() })
  await within(dialMs, connection.flush()).catch((error) => {
    void connection.close().catch(() => {})
    throw error
  })
  return {
    async listen(log) {
      if (!subscriptions.has(log)) {
        const callback = (error: Error | null, message: Msg) => {
          const hint = error ? undefined : readHint(log, message)
          if (hint) listener.onHint(hint)
        }
        subscriptions.set(log, connection.subscribe(subjectOf(log), { callback }))
      }
      await connection.flush()
    },
    ignore(log) {
      if (connection.isClosed()) return
      subscriptions.get(log)?.unsubscribe()
      subscriptions.delete(log)
    },
    async send(hints, gap) {
      for (const hint of hints) connection.publish(subjectOf(hint.log), written(hint))
      if (gap) connection.publish(gapSubject)
      await connection.flush()
    },
    ping: () => connection.flush(),
    close: () => void connection.close().catch(() => {})
  }
}

/** @throws TypeError for what is no URL */
function addressOf(url: string): NodeConnectionOptions {
  const places = url.split(',').map((place) => new URL(place))
  const [first] = places as [URL]
  const [user, pass] = [first.username, first.password].map(decodeURIComponent) as [string, string]
  const options: NodeConnectionOptions = { servers: places.map(({ host }) => host) }
  if (first.protocol === 'tls:') options.tls = {}
  if (pass !== '') Object.assign(options, { user, pass })
  else if (user !== '') options.token = user
  return options
}

function written({ head, events }: Hint): string {
  const bare = JSON.stringify({ head })
  if (!events) return bare
  const full = JSON.stringify({ head, events })
  return Buffer.byteLength(full) > inlineBytesMax ? bare : full
}

/** undefined: that was no hint. */
function readHint(log: number, message: Msg): Hint | undefined {
  try {
    const { head, events } = message.json<{ head: unknown; events?: LogEvent[] }>()
    return Number.isSafeInteger(head) ? { log, head: head as number, events } : undefined
  } catch {
    return undefined
  }
}

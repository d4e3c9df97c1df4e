import type { RegistrationMode } from '@tertulia/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from './buses/bus.ts'
import { Feeds } from './feeds/feeds.ts'
import { SharedWhereabouts } from './feeds/whereabouts/shared-whereabouts.ts'
import { Announcer, type Tell } from './services/announcer.ts'
import { BotService } from './services/bots.ts'
import { EventService } from './services/events.ts'
import { ExportService } from './services/export.ts'
import { InviteService } from './services/invites.ts'
import { LabService } from './services/lab.ts'
import { MemberService } from './services/members.ts'
import { MessageService } from './services/messages.ts'
import { OperatorService } from './services/operator.ts'
import { Passwords, type PasswordsOptions } from './services/passwords.ts'
import { ReadMarkerService } from './services/read-markers.ts'
import { Retention } from './services/retention.ts'
import { RoomService } from './services/rooms.ts'
import { SearchService } from './services/search.ts'
import { SessionService } from './services/sessions.ts'
import { StorageFaults } from './services/storage-faults.ts'
import { TokenCache } from './services/token-cache.ts'
import { TokenService } from './services/tokens.ts'
import { type Credentials, UserService } from './services/users.ts'
import { keepsLabUsers } from './stores/lab-store.ts'
import { keepsPresence } from './stores/presence-table.ts'
import type { Store } from './stores/store.ts'
import { hasFigures } from './stores/store-figures.ts'
import { Streams } from './streams/streams.ts'

export interface ChatOptions {
  store: Store
  bus: Bus
  registration: RegistrationMode
  passwords: PasswordsOptions | undefined
  /** 0: streams become as old as they like. */
  streamAgeMs: number
  log: FastifyBaseLogger
  /** A log has grown, or is read in another way than before. */
  onChange: (log: number) => void
  tell: Tell
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * For so long a token that another node has ended is still taken here. The tokens of open streams are looked at every 5 s: within 6 s they
 * are cut.
 */
const tokenTrustMs = 1_000

/** What a chat consists of, apart from HTTP: the services over one store and one bus, and what carries events to readers. */
export function openChat(options: ChatOptions) {
  const { store, bus, registration, streamAgeMs, log, onChange, tell, now } = options
  const storageFaults = new StorageFaults(log)
  if (hasFigures(store)) store.onCommit(() => storageFaults.written())
  const onError = (error: unknown) => {
    if (!storageFaults.noted(error)) log.error({ err: error }, 'a stream could not read on')
  }
  const whereabouts = keepsPresence(store) ? new SharedWhereabouts({ table: store, bus, onError }) : undefined
  const feeds = new Feeds({ store, bus, whereabouts, onError })
  const announcer = new Announcer({ bus, onChange, tell })
  const tokenCache = new TokenCache({ store, now, trustMs: bus.isShared ? tokenTrustMs : undefined })
  const passwords = new Passwords(options.passwords)
  const users = new UserService({ store, tokens: tokenCache, passwords, announcer, registration, now })
  const invites = new InviteService({ store, now })
  const sessions = new SessionService({ store, tokens: tokenCache, passwords, announcer, now })
  const stillValid = async ({ tokenDigest }: Pick<Credentials, 'tokenDigest'>) =>
    tokenDigest === null || users.isValid(tokenDigest)
  // Whoever was an admin as they came may have been let in for that alone; where another node took it from them, no event says so.
  const mayGoOn = async ({ tokenDigest, user }: Pick<Credentials, 'tokenDigest' | 'user'>) => {
    if (tokenDigest === null) return true
    const token = await tokenCache.find(tokenDigest)
    return token !== undefined && (token.user.admin || !user.admin)
  }
  const streams = new Streams({
    feeds,
    epoch: store.epoch,
    streamAgeMs,
    stillValid: mayGoOn,
    onConnect: ({ user, address }, _rooms, here) => tell(`${user.name} connected from ${addressText(address)} (${here} here)`),
    onDisconnect: ({ user }, _rooms, here) => tell(`${user.name} disconnected (${here} here)`)
  })
  const rooms = new RoomService({ store, announcer, now })
  const members = new MemberService({ store, announcer, rooms, whereabouts: feeds.whereabouts, now })
  const messages = new MessageService({ store, announcer, rooms, now })
  const events = new EventService({ store, rooms })
  const exports = new ExportService({ store, rooms, stillValid })
  const retention = new Retention({
    store,
    now,
    log,
    onError: (error) => {
      if (!storageFaults.noted(error)) log.error({ err: error }, 'old messages could not be erased')
    }
  })
  return {
    storageFaults,
    feeds,
    streams,
    users,
    sessions,
    stillValid,
    invites,
    rooms,
    members,
    messages,
    events,
    exports,
    retention,
    tokens: new TokenService({ store, tokens: tokenCache, now }),
    bots: new BotService({ store, announcer, now }),
    markers: new ReadMarkerService({ store, announcer, now }),
    search: new SearchService({ store, rooms }),
    operator: new OperatorService({ store, tokens: tokenCache, tell, recall: (user) => streams.recall(user), now }),
    /** undefined: this store cannot keep the users of the lab. */
    lab: keepsLabUsers(store) ? new LabService({ store, announcer, messages, now }) : undefined
  }
}

/** An IPv4 address as people write it, though the socket speaks IPv6; a socket that was reset has none any more. */
const addressText = (address: string | undefined): string =>
  address?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'an address that is gone'

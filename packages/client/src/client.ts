import type { ExportLine } from '@tertulia/protocol'
import { type Pace, realPace } from './backoff.ts'
import { Bots } from './bots.ts'
import type { ConnectionError } from './connection-error.ts'
import { Events } from './events.ts'
import { type ExportOptions, exportRoom } from './export.ts'
import { Follower, type FollowOptions, type FollowRoomOptions } from './follow.ts'
import { HealthChecks } from './health.ts'
import { Invites } from './invites.ts'
import { Members } from './members.ts'
import { Messages } from './messages.ts'
import { RoomPosition, RoomsPosition } from './position.ts'
import type { ProblemError } from './problem-error.ts'
import { ReadMarkers } from './read-markers.ts'
import { type Link, requester } from './request.ts'
import { Rooms } from './rooms.ts'
import { Search } from './search.ts'
import { Sessions } from './sessions.ts'
import { Tokens } from './tokens.ts'
import type { Transport } from './transport.ts'
import { fetchTransport } from './transports/fetch.ts'
import { Users } from './users.ts'

export interface ClientOptions {
  /** Address of the server, such as `http://127.0.0.1:1543`; it may have a path. */
  server: string
  /** Speaks for a user. Without one only registering, signing in and the health checks are of use. */
  token?: string | undefined
  /** `fetch`, unless another is given. */
  transport?: Transport | undefined
  /** Told before each further attempt at a request why it is needed, and after how many ms it will be made. */
  onRetry?: ((failure: ProblemError | ConnectionError, waitMs: number) => void) | undefined
  /** How to wait between attempts, for tests. */
  pace?: Pace | undefined
}

/** One user's way to one server. */
export class ChatClient {
  readonly users: Users
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly bots: Bots
  readonly invites: Invites
  readonly rooms: Rooms
  readonly members: Members
  readonly readMarkers: ReadMarkers
  readonly messages: Messages
  readonly events: Events
  readonly search: Search
  readonly health: HealthChecks
  readonly #link: Link

  /** @throws TypeError when `server` is not an http or https address */
  constructor({ server, token, transport = fetchTransport, onRetry, pace = realPace }: ClientOptions) {
    if (!/^https?:$/.test(new URL(server).protocol)) throw new TypeError(`${server} is not an http or https address`)
    this.#link = { ...pace, server: server.replace(/\/+$/, ''), token, transport, onRetry }
    const request = requester(this.#link)
    this.users = new Users(request)
    this.sessions = new Sessions(request)
    this.tokens = new Tokens(request)
    this.bots = new Bots(request)
    this.invites = new Invites(request)
    this.rooms = new Rooms(request)
    this.members = new Members(request)
    this.readMarkers = new ReadMarkers(request)
    this.messages = new Messages(request)
    this.events = new Events(request)
    this.search = new Search(request)
    this.health = new HealthChecks(request)
  }

  /** The live log of a room; see {@link Follower}. */
  follow(room: string, { after = 'now', ...options }: FollowRoomOptions = {}): Follower {
    return new Follower(this.#link, new RoomPosition(room, after), options)
  }

  /** The same of up to 50 rooms on one connection, and of one's own log, each after its own cursor: `{ general: '7f3a7f3a.57', '@me': 'now' }`. */
  followRooms(after: Readonly<Record<string, string>>, options?: FollowOptions): Follower<Record<string, string>> {
    return new Follower(this.#link, new RoomsPosition(after), options)
  }

  /** Everything in a room, line by line; the last one is the end, or it throws. See {@link exportRoom}. */
  export(room: string, options?: ExportOptions): AsyncGenerator<ExportLine> {
    return exportRoom(this.#link, room, options)
  }
}

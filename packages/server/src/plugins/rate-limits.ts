import type { Socket } from 'node:net'
import { nameKey, type Rate, type RateLimits, signinNames } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { preferred } from '../requests/accept.ts'
import { addressBlock } from '../requests/address-block.ts'
import { preferredWait } from '../requests/prefer.ts'
import { TokenBuckets } from '../requests/token-bucket.ts'
import { ChatError } from '../services/chat-error.ts'
import { signedIn } from './auth.ts'

export type Limit = keyof RateLimits

export interface RateLimitOptions {
  limits: RateLimits
  onRefused: (limit: Limit) => void
}

export interface UserLimitOptions extends RateLimitOptions {
  /** Calls `then` when the stream that a connection carries is over; at once, where it carries none. */
  afterStream: (connection: Socket, then: () => void) => void
}

/** Slows down users who make too many requests, each for themselves, on the routes behind `auth`. */
export const userLimits = fp<UserLimitOptions>(
  async (app, { limits, onRefused, afterStream }) => {
    const streams = limits.streams === null ? null : new StreamPlaces(limits.streams, afterStream)
    const send = limits.send && new Gate<number>('send', limits.send)
    const reads = limits.reads && new Gate<number>('reads', limits.reads)

    app.addHook('onRequest', (request, reply, done) => {
      const { user } = signedIn(request)
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      const gate = isRead ? reads : send
      let refusal = gate?.pass(user.id, request, reply)
      if (gate && refusal) onRefused(gate.limit)
      if (!refusal && streams && isRead && opensStream(request)) {
        refusal = streams.take(user.id, reply)
        if (refusal) onRefused('streams')
      }
      done(refusal)
    })
  },
  { name: 'user-limits', dependencies: ['auth'] }
)

export interface AddressLimitOptions extends RateLimitOptions {
  limit: Exclude<Limit, 'streams'>
}

/** Slows down clients that are known by their address alone, each address for itself. */
export const addressLimit = fp<AddressLimitOptions>(
  async (app, { limit, limits, onRefused }) => {
    const rate = limits[limit]
    if (rate === null) return
    const gate = new Gate<string>(limit, rate)
    app.addHook('onRequest', (request, reply, done) => {
      const refusal = gate.pass(addressBlock(request.ip), request, reply)
      if (refusal) onRefused(limit)
      done(refusal)
    })
  },
  { name: 'address-limit' }
)

export interface SignInLimitOptions extends Pick<RateLimitOptions, 'limits' | 'onRefused'> {
  /** The name that a request tries to prove, in any spelling; undefined: none. */
  nameOf: (request: FastifyRequest) => string | undefined
}

/** Slows down who guesses: under one name from one address, and from one address under all names together. */
export const signInLimit = fp<SignInLimitOptions>(
  async (app, { limits, onRefused, nameOf }) => {
    const rate = limits.signin
    if (rate === null) return
    const all = new Gate<string>('signin', { burst: rate.burst * signinNames, perSecond: rate.perSecond * signinNames })
    const each = new Gate<string>('signin', rate)
    const refuse = (refusal: ChatError | undefined) => {
      if (refusal) onRefused('signin')
      return refusal
    }
    app.addHook('onRequest', (request, reply, done) => {
      done(refuse(all.pass(addressBlock(request.ip), request, reply)))
    })
    app.addHook('preHandler', (request, reply, done) => {
      const name = nameOf(request)
      done(name === undefined ? undefined : refuse(each.pass(`${addressBlock(request.ip)} ${nameKey(name)}`, request, reply)))
    })
  },
  { name: 'sign-in-limit' }
)

/** One limit, and what is said of it: RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10. */
class Gate<Key extends string | number> {
  readonly limit: Exclude<Limit, 'streams'>
  readonly #rate: Rate
  readonly #buckets: TokenBuckets<Key>
  readonly #policy: string
  readonly #left: string

  constructor(limit: Gate<Key>['limit'], rate: Rate) {
    this.limit = limit
    this.#rate = rate
    this.#buckets = new TokenBuckets(rate)
    this.#policy = `"${limit}";q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`
    this.#left = `"${limit}";r=`
  }

  pass(key: Key, request: FastifyRequest, reply: FastifyReply): ChatError | undefined {
    const { left, waitMs } = this.#buckets.take(key, performance.now())
    if (waitMs === 0) {
      reply.header('ratelimit', this.#left + left)
      return undefined
    }
    const seconds = Math.ceil(waitMs / 1_000)
    reply
      .header('retry-after', seconds)
      .header('ratelimit-policy', this.#policy)
      .header('ratelimit', `${this.#left}0;t=${seconds}`)
    const detail = `Too many ${this.#what(request)}: ${rateText(this.#rate)}. Try again in ${seconds} s.`
    return new ChatError('rate-limited', detail)
  }

  #what(request: FastifyRequest): string {
    if (this.limit === 'register') return 'new names from your address'
    if (this.limit === 'signin') return 'attempts to sign in'
    if (this.limit === 'reads') return 'requests'
    return request.routeOptions.schema?.tags?.includes('messages') ? 'messages' : 'changes'
  }
}

/** `60 at once, then 5 a second` */
function rateText({ burst, perSecond }: Rate): string {
  const [times, unit] =
    perSecond >= 1 ? [perSecond, 'second'] : perSecond * 60 >= 1 ? [perSecond * 60, 'minute'] : [perSecond * 3_600, 'hour']
  return `${burst} at once, then ${Number(times.toPrecision(3))} ${unit === 'hour' ? 'an' : 'a'} ${unit}`
}

/** Whether the answer would be a stream, an export, or a page that may have to be waited for, which costs as much until then. */
function opensStream(request: FastifyRequest): boolean {
  const mediaTypes = request.routeOptions.schema?.produces ?? []
  const chosen = preferred(request.headers.accept, mediaTypes)
  return chosen === json ? (preferredWait(request) ?? 0) > 0 : chosen !== undefined
}

const json = 'application/json'

/** A stream may end at any time; this is how long it may be worth to wait. */
const streamsRetrySeconds = 5

/** How many streams each user has open. */
class StreamPlaces {
  readonly #most: number
  readonly #taken = new Map<number, number>()
  readonly #afterStream: UserLimitOptions['afterStream']

  constructor(most: number, afterStream: UserLimitOptions['afterStream']) {
    this.#most = most
    this.#afterStream = afterStream
  }

  /** Take a place until this answer is over, and the stream that may have come of it. */
  take(user: number, reply: FastifyReply): ChatError | undefined {
    const taken = this.#taken.get(user) ?? 0
    if (taken >= this.#most) return this.#refusal(reply)
    if (reply.raw.closed) return undefined // nobody is there any more
    this.#taken.set(user, taken + 1)
    const { socket } = reply.request.raw
    reply.raw.once('close', () => this.#afterStream(socket, () => this.#free(user)))
    return undefined
  }

  #free(user: number): void {
    const left = (this.#taken.get(user) ?? 0) - 1
    if (left > 0) this.#taken.set(user, left)
    else this.#taken.delete(user)
  }

  #refusal(reply: FastifyReply): ChatError {
    reply
      .header('retry-after', streamsRetrySeconds)
      .header('ratelimit-policy', `"streams";q=${this.#most}`)
      .header('ratelimit', '"streams";r=0')
    const detail = `You have ${this.#most} streams open, exports and requests that wait for events included, as many as you may. Close one, or try again later.`
    return new ChatError('rate-limited', detail)
  }
}

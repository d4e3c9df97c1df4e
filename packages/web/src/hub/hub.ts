import { ChatClient, ConnectionError, type Followed, ProblemError } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { followedRoomsMax } from '@tertulia/protocol/limits'
import { ownLogName } from '@tertulia/protocol/own-log'
import type { FromHub, Identity, LinkState, Outgoing, ToHub } from './messages.ts'
import type { OutboxStore } from './outbox.ts'

/** A heartbeat comes every 15 s: after two that did not come the connection is dead. */
const quietMs = 35_000
const waitMsFirst = 500
const waitMsMax = 15_000
/** A key is remembered for a day: a text that has waited for longer is sent only if somebody asks for it. */
const keyMs = 23 * 60 * 60 * 1000

export interface HubOptions {
  /** Told to every tab. */
  tell: (message: FromHub) => void
  openOutbox: (name: string) => OutboxStore
  /** For tests. */
  clientOf?: ((identity: Identity) => Pick<ChatClient, 'followRooms' | 'messages'>) | undefined
  now?: (() => number) | undefined
}

/**
 * The one connection of a browser to its server, for all its tabs: hears what happens in the rooms that they want to hear of, and sends
 * what they have written, one text after the other, until it is confirmed.
 */
export class Hub {
  readonly #options: HubOptions
  readonly #now: () => number
  readonly #wanted = new Map<unknown, readonly string[]>()
  #identity: Identity | undefined
  #client: Pick<ChatClient, 'followRooms' | 'messages'> | undefined
  #link: LinkState = { state: 'catching-up' }
  #cursors: Record<string, string> = {}
  #stream: AbortController | undefined
  #store: OutboxStore | undefined
  #outbox: Outgoing[] = []
  #draining = false
  #cutWait: (() => void) | undefined
  #failures = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** @param tab  whoever tells it: what it wants holds until it says `bye` */
  take(message: ToHub, tab: unknown = 'the tab'): void {
    switch (message.kind) {
      case 'start':
        return void this.#start(message.identity)
      case 'follow':
        this.#wanted.set(tab, message.rooms)
        return void this.#follow()
      case 'send':
        return void this.#send(message.outgoing)
      case 'retry':
        return void this.#retry(message.key)
      case 'discard':
        return void this.#forget(message.key)
      case 'wake':
        return void this.#wake(message.stale)
      case 'sign-out':
        return void this.#end()
      case 'bye':
        this.#wanted.delete(tab)
        if (this.#wanted.size === 0) this.#rest()
        return
    }
  }

  #start(identity: Identity): void {
    if (this.#identity?.token === identity.token && this.#identity.server === identity.server) {
      // A tab more: it is told how things stand.
      this.#tellLink(this.#link)
      return void this.#tellOutbox()
    }
    this.#stream?.abort()
    this.#stream = undefined
    this.#identity = identity
    this.#client = this.#options.clientOf?.(identity) ?? new ChatClient({ server: identity.server, token: identity.token })
    this.#cursors = {}
    this.#outbox = []
    const store = this.#options.openOutbox(`tertulia ${identity.server} ${identity.name}`)
    this.#store = store
    void store.all().then((kept) => {
      if (this.#store !== store) return
      const written = new Set(this.#outbox.map(({ key }) => key))
      const older = kept.filter(({ key }) => !written.has(key)).map((outgoing) => this.#afresh(outgoing))
      this.#outbox = [...older, ...this.#outbox]
      this.#tellOutbox()
      void this.#drain()
    })
  }

  /** As it is after a restart: nothing is under way, and what is too old for its key waits for a word. */
  #afresh(outgoing: Outgoing): Outgoing {
    if (outgoing.state === 'refused') return outgoing
    if (this.#now() - outgoing.atMs > keyMs) return { ...outgoing, state: 'refused', why: 'too-old' }
    return { ...outgoing, state: 'waiting', adopted: false }
  }

  #end(): void {
    this.#stream?.abort()
    this.#stream = undefined
    this.#identity = undefined
    this.#client = undefined
    this.#wanted.clear()
    this.#outbox = []
    void this.#store?.clear()
    this.#store = undefined
    this.#options.tell({ kind: 'signed-out' })
  }

  #follow(): void {
    const wanted = new Set([...this.#wanted.values()].flat())
    // Beside so many rooms there is always one's own log.
    const logs = [ownLogName, ...[...wanted].slice(0, followedRoomsMax)]
    // No plain look-up: a room may be called as what every object has.
    const cursors = new Map(Object.entries(this.#cursors))
    const isSame = logs.length === cursors.size && logs.every((log) => cursors.has(log))
    if (isSame && this.#stream) return
    this.#cursors = Object.fromEntries(logs.map((log) => [log, cursors.get(log) ?? 'now']))
    this.#reopen()
  }

  /** Nobody looks. It goes on from its cursors when somebody does. */
  #rest(): void {
    this.#stream?.abort()
    this.#stream = undefined
  }

  #reopen(): void {
    this.#stream?.abort()
    this.#stream = new AbortController()
    this.#cutWait?.()
    void this.#run(this.#stream.signal)
  }

  /** Until another stream takes its place. */
  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#client) {
      const follower = this.#client.followRooms(this.#cursors, { signal, quietMs })
      const behind = new Set(Object.keys(this.#cursors))
      if (this.#link.state === 'live') this.#tellLink({ state: 'catching-up' })
      try {
        for await (const item of follower) {
          if (signal.aborted) return
          this.#cursors = follower.cursor
          this.#hear(item, behind)
        }
        return
      } catch (error) {
        if (signal.aborted) return
        await this.#failed(error, signal)
      }
    }
  }

  #hear(item: Followed, behind: Set<string>): void {
    switch (item.type) {
      case 'ready':
        this.#failures = 0
        // There is a connection: what waits for one goes now.
        this.#cutWait?.()
        behind.add(item.room)
        if (this.#link.state !== 'catching-up') this.#tellLink({ state: 'catching-up' })
        return
      case 'synced':
        behind.delete(item.room)
        this.#options.tell({ kind: 'synced', room: item.room, cursor: item.cursor })
        // Live is what has caught up everywhere.
        if (behind.size === 0) this.#tellLink({ state: 'live' })
        return
      case 'disconnected':
        for (const room of Object.keys(this.#cursors)) behind.add(room)
        return void this.#tellWaiting(item.retryMs)
      case 'presence':
        return void this.#options.tell({ kind: 'presence', note: item })
      default:
        return void this.#options.tell({ kind: 'event', event: item, adopts: this.#adopt(item) })
    }
  }

  /** An event carries no key: the oldest text under way that says the same is the one. */
  #adopt(event: LogEvent): string | undefined {
    if (event.type !== 'message.created' || event.actor !== this.#identity?.name) return undefined
    const { room, text } = event.message
    const own = this.#outbox.find((one) => one.state === 'sending' && !one.adopted && one.room === room && one.text === text)
    if (own) own.adopted = true
    return own?.key
  }

  /** A connection did not come about, or was refused for good. */
  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof ProblemError) {
      if (error.status === 401) return this.#refused()
      if (error.code === 'cursor-expired') return this.#lost(error)
      // A room is gone, or closed to us: the tabs know which ones are left when they have asked.
      if (error.status === 403 || error.status === 404) this.#options.tell({ kind: 'rooms-changed' })
    }
    const asked = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0
    const waitMs = asked + Math.round((0.5 + Math.random() / 2) * Math.min(waitMsMax, waitMsFirst * 2 ** this.#failures++))
    this.#tellWaiting(waitMs)
    await this.#pause(waitMs, signal)
  }

  #refused(): void {
    this.#stream?.abort()
    this.#stream = undefined
    this.#identity = undefined
    this.#client = undefined
    this.#options.tell({ kind: 'signed-out' })
  }

  /** History that came meanwhile is gone: the tabs read what there is, and it goes on from the present. */
  #lost({ problem }: ProblemError): void {
    const rooms = problem.errors?.map(({ pointer }) => decodeURIComponent(pointer.replace(/^#?\//, '')))
    for (const [index, room] of (rooms ?? Object.keys(this.#cursors)).entries()) {
      if (room in this.#cursors) this.#cursors = { ...this.#cursors, [room]: problem.errors?.[index]?.cursor ?? 'now' }
    }
    this.#options.tell({ kind: 'lost', rooms })
  }

  async #send(outgoing: Outgoing): Promise<void> {
    this.#outbox = [...this.#outbox, outgoing]
    this.#tellOutbox()
    await this.#store?.put(outgoing)
    void this.#drain()
  }

  #retry(key: string): void {
    const { outgoing } = this.#find(key)
    if (outgoing?.state !== 'refused') return
    // Its key is for a day only: what is older is a new text.
    const isOld = this.#now() - outgoing.atMs > keyMs
    void this.#store?.delete(key)
    const again: Outgoing = {
      ...outgoing,
      state: 'waiting',
      key: isOld ? `${key}.again` : key,
      atMs: isOld ? this.#now() : outgoing.atMs
    }
    delete again.why
    this.#outbox = this.#outbox.map((one) => (one.key === key ? again : one))
    void this.#store?.put(again)
    this.#tellOutbox()
    void this.#drain()
  }

  #forget(key: string): void {
    this.#outbox = this.#outbox.filter((one) => one.key !== key)
    void this.#store?.delete(key)
    this.#tellOutbox()
  }

  #find(key: string): { outgoing: Outgoing | undefined } {
    return { outgoing: this.#outbox.find((one) => one.key === key) }
  }

  /** One at a time, so that they arrive in the order in which they were written. */
  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let failures = 0; ; ) {
        const next = this.#outbox.find(({ state }) => state !== 'refused')
        const client = this.#client
        if (!next || !client) return
        this.#change(next, { state: 'sending' })
        try {
          const { key, room, text } = next
          const message = await client.messages.post(room, { text }, { idempotencyKey: key, retry: false })
          failures = 0
          this.#outbox = this.#outbox.filter((one) => one.key !== key)
          this.#options.tell({ kind: 'sent', key, message })
          this.#tellOutbox()
          await this.#store?.delete(key)
        } catch (error) {
          // Somebody has signed in again meanwhile: it goes on with their token.
          if (this.#client !== client) continue
          const wait = waitAfter(error, failures++)
          if (wait === undefined) {
            if (error instanceof ProblemError && error.status === 401) return this.#refused()
            const why = error instanceof Error ? error.message : String(error)
            const refused = this.#change(next, { state: 'refused', why, adopted: false })
            if (refused) await this.#store?.put(refused)
          } else {
            this.#change(next, { state: 'waiting' })
            await this.#pause(wait)
          }
        }
      }
    } finally {
      this.#draining = false
    }
  }

  /** In place, because its event may come at any time. */
  #change(outgoing: Outgoing, change: Partial<Outgoing>): Outgoing | undefined {
    const one = this.#find(outgoing.key).outgoing
    if (one) Object.assign(one, change)
    this.#tellOutbox()
    return one
  }

  #wake(isStale: boolean): void {
    this.#failures = 0
    this.#cutWait?.()
    if (isStale || this.#link.state === 'waiting' || this.#link.state === 'offline') this.#reopen()
  }

  async #pause(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, ms)
      const before = this.#cutWait
      this.#cutWait = () => {
        before?.()
        done()
      }
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  #tellWaiting(ms: number): void {
    const isOffline = typeof navigator !== 'undefined' && navigator.onLine === false
    this.#tellLink(isOffline ? { state: 'offline' } : { state: 'waiting', untilMs: this.#now() + ms })
  }

  #tellLink(link: LinkState): void {
    this.#link = link
    this.#options.tell({ kind: 'link', link })
  }

  #tellOutbox(): void {
    this.#options.tell({ kind: 'outbox', outbox: this.#outbox.map((one) => ({ ...one })) })
  }
}

/** How long to wait before a text is sent again, in ms; undefined: it was refused. */
function waitAfter(error: unknown, failures: number): number | undefined {
  const backoff = Math.min(waitMsMax, waitMsFirst * 2 ** Math.min(failures, 10))
  if (error instanceof ConnectionError) return backoff
  if (!(error instanceof ProblemError)) return undefined
  const passes = error.status >= 500 || error.status === 429 || error.status === 408
  return passes ? Math.max(backoff, error.retryAfterMs ?? 0) : undefined
}

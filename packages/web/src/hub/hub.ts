import { ChatClient } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { followedRoomsMax } from '@tertulia/protocol/limits'
import { ownLogName } from '@tertulia/protocol/own-log'
import type { FromHub, Identity, ToHub } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { OutboxStore } from './outbox-store.ts'
import { Stream } from './stream.ts'

export interface HubOptions {
  /** Told to one tab, or to all of them. */
  tell: (message: FromHub, tab?: unknown) => void
  openOutboxStore: (name: string) => OutboxStore
  /** For tests. */
  clientOf?: ((identity: Identity) => Pick<ChatClient, 'followRooms' | 'messages'>) | undefined
  now?: (() => number) | undefined
}

/**
 * What all tabs of a browser have in common: one stream from their server, and one outbox. They are of one user, though not always of one
 * session: who signs in by the name that another tab has gets a token of their own. One token is used for all, and when it ends another
 * one takes its place.
 */
export class Hub {
  readonly #options: HubOptions
  readonly #identities = new Map<unknown, Identity>()
  readonly #wanted = new Map<unknown, readonly string[]>()
  readonly #stream: Stream
  readonly #outbox: Outbox
  #identity: Identity | undefined

  constructor(options: HubOptions) {
    this.#options = options
    const { tell, now = Date.now } = options
    this.#stream = new Stream({
      tell,
      now,
      onEvent: (event) => tell({ kind: 'event', event, adopts: this.#adopt(event) }),
      onConnected: () => this.#outbox.hurry(),
      onSignedOut: () => this.#ended()
    })
    this.#outbox = new Outbox({ tell, now, onSignedOut: () => this.#ended() })
  }

  /** @param tab  whoever tells it: what it wants holds until it says `bye` */
  take(message: ToHub, tab: unknown = 'the tab'): void {
    switch (message.kind) {
      case 'start':
        this.#identities.set(tab, message.identity)
        return void this.#start()
      case 'follow':
        this.#wanted.set(tab, message.rooms)
        return void this.#follow()
      case 'send':
        return void this.#outbox.send(message.outgoing)
      case 'retry':
        return void this.#outbox.retry(message.key)
      case 'discard':
        return void this.#outbox.discard(message.key)
      case 'wake':
        this.#outbox.hurry()
        return void this.#stream.wake(message.stale)
      case 'sign-out': {
        const token = this.#identities.get(tab)?.token
        if ([...this.#identities.values()].every((one) => one.token === token)) this.#outbox.clear()
        if (token !== undefined) this.#ended(token)
        return
      }
      case 'bye':
        this.#identities.delete(tab)
        this.#wanted.delete(tab)
        // Nobody looks. It goes on from its cursors when somebody does.
        if (this.#wanted.size === 0) this.#stream.rest()
        return
    }
  }

  /** Go on with the token that is used, as long as a tab has it, else with that of another tab. */
  #start(): void {
    const identities = [...this.#identities.values()]
    const { token } = this.#identity ?? {}
    const identity = identities.find((one) => one.token === token) ?? identities[0]
    if (!identity) return void this.#close()
    if (identity.token === token) {
      // A tab more: it is told how things stand, and whoever opens a page does not want to wait for the next try.
      this.#stream.tellLink()
      this.#stream.wake(false)
      this.#outbox.hurry()
      return void this.#outbox.tell()
    }
    this.#identity = identity
    const client = this.#options.clientOf?.(identity) ?? new ChatClient({ server: identity.server, token: identity.token })
    this.#stream.open(client)
    void this.#outbox.open(client, this.#options.openOutboxStore(`tertulia ${identity.server} ${identity.name}`))
  }

  #follow(): void {
    const wanted = new Set([...this.#wanted.values()].flat())
    // Beside so many rooms there is always one's own log.
    this.#stream.follow([ownLogName, ...[...wanted].slice(0, followedRoomsMax)])
  }

  /** A token counts no more: that concerns the tabs that have it, and no others. */
  #ended(token = this.#identity?.token): void {
    for (const [tab, identity] of this.#identities) {
      if (identity.token !== token) continue
      this.#identities.delete(tab)
      this.#wanted.delete(tab)
      this.#options.tell({ kind: 'signed-out' }, tab)
    }
    if (this.#identity?.token !== token) return
    this.#start()
    if (this.#identity) this.#follow()
  }

  /** What is written and not sent is kept for the next time that its writer signs in. */
  #close(): void {
    this.#stream.close()
    this.#outbox.close()
    this.#identity = undefined
  }

  #adopt(event: LogEvent): string | undefined {
    const isOwn = event.type === 'message.created' && event.actor === this.#identity?.name
    return isOwn ? this.#outbox.adopt(event.message) : undefined
  }
}

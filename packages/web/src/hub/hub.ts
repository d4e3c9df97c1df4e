import { ChatClient } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { followedRoomsMax } from '@tertulia/protocol/limits'
import { ownLogName } from '@tertulia/protocol/own-log'
import type { FromHub, Identity, ToHub } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { OutboxStore } from './outbox-store.ts'
import { Stream } from './stream.ts'

export interface HubOptions {
  /** Told to every tab. */
  tell: (message: FromHub) => void
  openOutboxStore: (name: string) => OutboxStore
  /** For tests. */
  clientOf?: ((identity: Identity) => Pick<ChatClient, 'followRooms' | 'messages'>) | undefined
  now?: (() => number) | undefined
}

/** What all tabs of a browser have in common: one stream from their server, and one outbox. */
export class Hub {
  readonly #options: HubOptions
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
      onSignedOut: () => this.#signedOut()
    })
    this.#outbox = new Outbox({ tell, now, onSignedOut: () => this.#signedOut() })
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
        return void this.#outbox.send(message.outgoing)
      case 'retry':
        return void this.#outbox.retry(message.key)
      case 'discard':
        return void this.#outbox.discard(message.key)
      case 'wake':
        this.#outbox.hurry()
        return void this.#stream.wake(message.stale)
      case 'sign-out':
        this.#wanted.clear()
        this.#outbox.clear()
        return void this.#signedOut()
      case 'bye':
        this.#wanted.delete(tab)
        // Nobody looks. It goes on from its cursors when somebody does.
        if (this.#wanted.size === 0) this.#stream.rest()
        return
    }
  }

  #start(identity: Identity): void {
    if (this.#identity?.token === identity.token && this.#identity.server === identity.server) {
      // A tab more: it is told how things stand.
      this.#stream.tellLink()
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

  /** What is written and not sent is kept for the next time that its writer signs in. */
  #signedOut(): void {
    this.#stream.close()
    this.#outbox.close()
    this.#identity = undefined
    this.#options.tell({ kind: 'signed-out' })
  }

  #adopt(event: LogEvent): string | undefined {
    const isOwn = event.type === 'message.created' && event.actor === this.#identity?.name
    return isOwn ? this.#outbox.adopt(event.message) : undefined
  }
}

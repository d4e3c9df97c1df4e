import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '@tertulia/protocol'
import type { Bus, Hint } from './bus.ts'
import { Hearers } from './hearers.ts'
import { within } from './within.ts'

/** What a carrier tells of other nodes, and of itself. */
export interface CarrierListener {
  onHint(hint: Hint): void
  /** Another node could not tell all that it had to. */
  onGap(): void
  /** It carries nothing any more. */
  onEnd(why: Error | undefined): void
}

/** A connection to what carries hints between the nodes. It need not survive anything: another one is opened then. */
export interface Carrier {
  /** Begin to hear the hints of a log; kept once those that are published from then on are heard. Absent: those of all logs are. */
  listen?: ((log: number) => Promise<void>) | undefined
  ignore?: ((log: number) => void) | undefined
  /**
   * Give hints to the other nodes.
   * @param gap  tell them too that hints may have been lost
   * @returns a promise that is kept once all has arrived at what carries it
   */
  send(hints: readonly Hint[], gap: boolean): Promise<void>
  /** Kept if hints go out and come in. */
  ping(): Promise<void>
  /** At once, and whatever state it is in. */
  close(): void
}

/** The connection between the nodes was lost, or is there again. */
export type TellState = (state: Bus['state'], why: Error | undefined) => void

export interface CarriedBusOptions {
  /** Open a connection, within seconds, or fail. */
  dial: (listener: CarrierListener) => Promise<Carrier>
  tellState?: TellState | undefined
  /** How many bytes, roughly, may wait to be sent. What comes on top is dropped, and the other nodes are told. */
  queuedBytesMax?: number | undefined
  /** How often the connection is tried, and how long an answer may take. */
  pingMs?: number | undefined
  patienceMs?: number | undefined
}

/** How long a feed waits for its subscription: it begins all the same, and a sweep heals what it did not hear. */
const listenMs = 1_000
/** How long the last hints may take to leave. */
const farewellMs = 500
/** How long until a connection is tried again: not by all nodes at once. */
const retryMs = () => 100 + Math.random() * 400

/**
 * A bus between several nodes. Hearers on this node hear a hint before `publish` returns, whatever becomes of the connection; the others
 * as soon as they can. What queues while the last hints are on their way leaves with the next ones: there is no timer.
 */
export class CarriedBus implements Bus {
  readonly isShared = true
  readonly #options: CarriedBusOptions
  readonly #hearers = new Hearers()
  readonly #lookers = new Set<() => void>()
  readonly #pinging: NodeJS.Timeout
  #carrier: Carrier | undefined
  #queue: Hint[] = []
  #queuedBytes = 0
  /** Hints of this node were lost, and the others do not know yet. */
  #hasLost = false
  #sending: Promise<void> | undefined
  #isClosed = false

  /** @throws whatever `dial` does: only a bus that was connected once connects again by itself */
  static async open(options: CarriedBusOptions): Promise<CarriedBus> {
    const bus = new CarriedBus(options)
    try {
      await bus.#connect()
    } catch (error) {
      await bus.close()
      throw error
    }
    return bus
  }

  private constructor(options: CarriedBusOptions) {
    this.#options = options
    this.#pinging = setInterval(() => void this.#ping(), options.pingMs ?? 2_000).unref()
  }

  get state(): 'up' | 'degraded' {
    return this.#carrier ? 'up' : 'degraded'
  }

  publish(hint: Hint): void {
    this.#hearers.tell(hint)
    if (this.#isClosed) return
    const bytes = roughBytes(hint)
    if (!this.#carrier || this.#queuedBytes + bytes > (this.#options.queuedBytesMax ?? 8 * 1024 * 1024)) {
      this.#hasLost = true
      return
    }
    this.#queue.push(hint)
    this.#queuedBytes += bytes
    this.#arm()
  }

  async subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void> {
    const stop = this.#hearers.add(log, hear)
    // Also where others listen already: their subscription may be on its way.
    await within(listenMs, this.#carrier?.listen?.(log) ?? Promise.resolve()).catch(() => {})
    return () => {
      if (stop()) this.#carrier?.ignore?.(log)
    }
  }

  onGapPossible(look: () => void): void {
    this.#lookers.add(look)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#pinging)
    if (this.#carrier) await within(farewellMs, this.#sending ?? Promise.resolve()).catch(() => {})
    this.#carrier?.close()
    this.#carrier = undefined
    this.#hearers.clear()
    this.#lookers.clear()
  }

  #arm(): void {
    // A turn later: what is committed together leaves together.
    this.#sending ??= new Promise(setImmediate)
      .then(() => this.#send())
      .finally(() => {
        this.#sending = undefined
      })
  }

  async #send(): Promise<void> {
    const carrier = this.#carrier
    while (carrier && carrier === this.#carrier && (this.#queue.length > 0 || this.#hasLost)) {
      const [hints, gap] = [this.#queue, this.#hasLost]
      this.#queue = []
      this.#queuedBytes = 0
      this.#hasLost = false
      try {
        await within(this.#patienceMs, carrier.send(hints, gap))
      } catch (error) {
        this.#hasLost = true
        this.#drop(carrier, error as Error)
      }
    }
  }

  get #patienceMs(): number {
    return this.#options.patienceMs ?? 5_000
  }

  async #ping(): Promise<void> {
    const carrier = this.#carrier
    if (!carrier) return
    try {
      await within(this.#patienceMs, carrier.ping())
    } catch (error) {
      this.#drop(carrier, error as Error)
    }
  }

  /** This connection is of no use any more: open another. */
  #drop(carrier: Carrier, why: Error | undefined): void {
    if (this.#carrier !== carrier) return
    this.#carrier = undefined
    this.#queue = []
    this.#queuedBytes = 0
    this.#hasLost = true
    carrier.close()
    if (this.#isClosed) return
    this.#options.tellState?.('degraded', why)
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (;;) {
      await wait(retryMs(), undefined, { ref: false })
      if (this.#isClosed) return
      try {
        return await this.#connect()
      } catch {
        // It was said that it is down; that it still is, is no news.
      }
    }
  }

  async #connect(): Promise<void> {
    let end = (_why: Error | undefined) => {}
    let ended: [Error | undefined] | undefined
    const carrier = await this.#options.dial({
      onHint: (hint) => this.#hearers.tell(hint),
      onGap: () => this.#look(),
      onEnd: (why) => {
        ended = [why]
        end(why)
      }
    })
    if (this.#isClosed) return carrier.close()
    if (ended) throw ended[0] ?? new Error('the connection ended as it began')
    end = (why) => this.#drop(carrier, why)
    this.#carrier = carrier // from here on, whoever subscribes is heard
    const isAgain = this.#hasLost
    await Promise.all(this.#hearers.logs().map((log) => carrier.listen?.(log))).catch((error) => this.#drop(carrier, error))
    if (this.#carrier !== carrier) return
    if (isAgain) this.#options.tellState?.('up', undefined)
    this.#look()
    if (this.#hasLost) this.#arm()
  }

  #look(): void {
    for (const look of this.#lookers) look()
  }
}

/** What a hint takes in memory, roughly. */
const roughBytes = ({ events = [] }: Hint): number =>
  events.reduce((sum, event) => sum + 500 + 2 * (messageOf(event)?.text?.length ?? 0), 100)

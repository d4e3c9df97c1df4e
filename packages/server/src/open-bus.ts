import { setTimeout as wait } from 'node:timers/promises'
import type { Bus } from './buses/bus.ts'
import { CarriedBus, type CarriedBusOptions, type TellState } from './buses/carried-bus.ts'
import { LocalBus } from './buses/local.ts'
import { enginePlace } from './engine-place.ts'

export type { Bus, TellState }

/** One process needs no network to hear itself. */
export const openBus = (): Bus => new LocalBus()

export interface SharedBusPlace {
  /** `nats://…` or `postgres://…`. */
  url: string
  /** Which chat it is for, among those that share a place: the epoch of its store. */
  chat: string
  /** Hears when the connection is lost, and when it is there again. */
  tellState?: TellState | undefined
  /** Hears each time that it was not there, and will be tried again. */
  tellWaiting?: ((why: Error) => void) | undefined
  /** For how long a bus that is down is waited for; 30 s unless it is given. */
  waitMs?: number | undefined
}

/** A bus that cannot be opened; the message says what to do. */
export class BusOpenError extends Error {}

/**
 * Hints between several nodes that share a store.
 * @throws BusOpenError when it is not there in time
 */
export async function openSharedBus({ url, chat, tellState, tellWaiting, waitMs = 30_000 }: SharedBusPlace): Promise<Bus> {
  const dial = await dialerOf(url, chat)
  for (const deadline = performance.now() + waitMs; ; ) {
    try {
      return await CarriedBus.open({ dial, tellState })
    } catch (error) {
      if (performance.now() > deadline) throw cannotOpen(url, error as Error)
      tellWaiting?.(error as Error)
      await wait(250)
    }
  }
}

/** Loads what speaks with it, which only who has asked for it needs. */
async function dialerOf(url: string, chat: string): Promise<CarriedBusOptions['dial']> {
  const name = isNats(url) ? '@nats-io/transport-node@3' : 'pg@8'
  try {
    if (isNats(url)) {
      const { dialNats } = await import('./buses/nats/nats.ts')
      return (listener) => dialNats({ url, chat }, listener)
    }
    const { dialPostgres } = await import('./buses/postgres/postgres.ts')
    return (listener) => dialPostgres({ url, chat }, listener)
  } catch (cause) {
    throw new BusOpenError(`A package that the bus needs is missing. Install it: npm install ${name}`, { cause })
  }
}

const isNats = (url: string): boolean => /^(nats|tls):/.test(url)

/** Without what is secret in the URL. */
function cannotOpen(url: string, cause: Error): BusOpenError {
  return new BusOpenError(
    `The bus cannot be reached: ${enginePlace(url)} says “${cause.message}”. Is it running, and may this server sign in?`,
    { cause }
  )
}

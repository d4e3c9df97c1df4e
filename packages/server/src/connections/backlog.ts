import type { Socket } from 'node:net'
import { backlogBytesMax } from '@tertulia/protocol'

export interface BacklogBounds {
  /** Bytes of one user, or of one address where nobody has signed in. */
  each: number
  /** Bytes of everybody together. */
  all: number
}

const boundsDefault: BacklogBounds = { each: backlogBytesMax, all: 128 * 1024 * 1024 }

/** Which of the bounds is in the way. */
export type Bound = keyof BacklogBounds

interface Hold {
  who: string
  bytes: number
}

/**
 * What this node holds in memory because of others: answers until all of their bytes have left, bodies until they are whole, requests
 * that wait for earlier ones. It never outlives the connection. An answer counts whole, even where many share its bytes.
 */
export class Backlog {
  readonly #bounds: BacklogBounds
  readonly #held = new Map<string, number>()
  readonly #connections = new WeakMap<Socket, Set<Hold>>()
  #bytes = 0

  constructor(bounds: Partial<BacklogBounds> = {}) {
    this.#bounds = { ...boundsDefault, ...bounds }
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#bytes
  }

  /** Which bound keeps somebody from so many bytes more. Whoever holds nothing yet may hold anything, and so may the first of all. */
  inTheWay(who: string, bytes: number): Bound | undefined {
    const own = this.#held.get(who) ?? 0
    if (own > 0 && own + bytes > this.#bounds.each) return 'each'
    return this.#bytes > 0 && this.#bytes + bytes > this.#bounds.all ? 'all' : undefined
  }

  /** Hold so many bytes for somebody, until they are let go or the connection is gone. @returns how to let them go */
  hold(who: string, bytes: number, connection: Socket): () => void {
    if (connection.destroyed) return () => {}
    const holds = this.#holdsOf(connection)
    const hold = { who, bytes }
    holds.add(hold)
    this.#add(who, bytes)
    return () => {
      if (holds.delete(hold)) this.#add(who, -bytes)
    }
  }

  #holdsOf(connection: Socket): Set<Hold> {
    const known = this.#connections.get(connection)
    if (known) return known
    const holds = new Set<Hold>()
    this.#connections.set(connection, holds)
    connection.once('close', () => {
      for (const { who, bytes } of holds) this.#add(who, -bytes)
      holds.clear()
    })
    return holds
  }

  #add(who: string, bytes: number): void {
    this.#bytes += bytes
    const own = (this.#held.get(who) ?? 0) + bytes
    if (own > 0) this.#held.set(who, own)
    else this.#held.delete(who)
  }
}

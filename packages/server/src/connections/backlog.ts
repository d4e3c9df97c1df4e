import type { Socket } from 'node:net'
import { backlogBytesMax } from '@tertulia/protocol'

export interface BacklogBounds {
  /** Bytes of one user, or of one address where nobody has signed in. */
  each: number
  /** Bytes of everybody at one address together: one machine has as many users as it likes. */
  address: number
  /** Bytes of everybody together. */
  all: number
}

const boundsDefault: BacklogBounds = { each: backlogBytesMax, address: 32 * 1024 * 1024, all: 128 * 1024 * 1024 }

/** Which of the bounds is in the way. */
export type Bound = keyof BacklogBounds

/** Whom something is held for. */
export interface Holder {
  /** A user, or an address where nobody has signed in. */
  who: string
  /** The address that it is for; undefined: this machine, where a proxy may stand for everybody. */
  address: string | undefined
}

interface Hold extends Holder {
  bytes: number
}

/**
 * What this node holds in memory because of others: answers until all of their bytes have left, bodies until they are whole, requests
 * that wait for earlier ones. It never outlives the connection. An answer counts whole, even where many share its bytes.
 */
export class Backlog {
  readonly #bounds: BacklogBounds
  readonly #ofEach = new Map<string, number>()
  readonly #ofAddress = new Map<string, number>()
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
  inTheWay({ who, address }: Holder, bytes: number): Bound | undefined {
    const isOver = (held: number, bound: Bound) => held > 0 && held + bytes > this.#bounds[bound]
    if (isOver(this.#ofEach.get(who) ?? 0, 'each')) return 'each'
    if (address !== undefined && isOver(this.#ofAddress.get(address) ?? 0, 'address')) return 'address'
    return isOver(this.#bytes, 'all') ? 'all' : undefined
  }

  /** Hold so many bytes for somebody, until they are let go or the connection is gone. @returns how to let them go */
  hold({ who, address }: Holder, bytes: number, connection: Socket): () => void {
    if (connection.destroyed) return () => {}
    const holds = this.#holdsOf(connection)
    const hold = { who, address, bytes }
    holds.add(hold)
    this.#add(hold, bytes)
    return () => {
      if (holds.delete(hold)) this.#add(hold, -bytes)
    }
  }

  #holdsOf(connection: Socket): Set<Hold> {
    const known = this.#connections.get(connection)
    if (known) return known
    const holds = new Set<Hold>()
    this.#connections.set(connection, holds)
    connection.once('close', () => {
      for (const hold of holds) this.#add(hold, -hold.bytes)
      holds.clear()
    })
    return holds
  }

  #add({ who, address }: Holder, bytes: number): void {
    this.#bytes += bytes
    add(this.#ofEach, who, bytes)
    if (address !== undefined) add(this.#ofAddress, address, bytes)
  }
}

function add(sums: Map<string, number>, key: string, bytes: number): void {
  const sum = (sums.get(key) ?? 0) + bytes
  if (sum > 0) sums.set(key, sum)
  else sums.delete(key)
}

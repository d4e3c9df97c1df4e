import type { PresenceRow, PresenceTable } from '../../stores/presence-table.ts'
import { Breather } from '../breather.ts'
import type { KnownRoom } from './known-room.ts'

/** The number of this node among those that rooms know. */
export const ownNode = 0

const pageMax = 500
const logsMax = 1_000
/** Beyond any number. */
const last = Number.MAX_SAFE_INTEGER

interface ReadNode {
  /** Its number in the rooms. */
  number: number
  /** The last batch of it that has been read. */
  batch: number
}

/** Reads into the rooms that are open here what the nodes have written. One thing at a time. */
export class NodeReader {
  readonly #table: PresenceTable
  readonly #rooms: ReadonlyMap<number, KnownRoom>
  readonly #nodes = new Map<string, ReadNode>()
  /** Numbers of those that are there no more, whose people still count. */
  readonly #missing = new Set<number>()
  #numbers = ownNode
  /** When it was looked last, and the time before. */
  #lookedAtMs = 0
  #lookedBeforeMs = 0

  constructor(table: PresenceTable, rooms: ReadonlyMap<number, KnownRoom>) {
    this.#table = table
    this.#rooms = rooms
  }

  /**
   * Read what the other nodes have written since. Who was at a node whose lease has run out counts until that is believed.
   * @returns false: the lease of this node has run out
   */
  async look(own: string): Promise<boolean> {
    this.#lookedBeforeMs = this.#lookedAtMs
    this.#lookedAtMs = performance.now()
    const live = await this.#table.liveNodes()
    const others = live.filter(({ node }) => node !== own)
    if (others.length === live.length) return false
    const names = new Set(others.map(({ node }) => node))
    for (const node of this.#nodes.keys()) if (!names.has(node)) this.#miss(node)
    for (const { node, batch, forgottenTo } of others) {
      if ((this.#nodes.get(node)?.batch ?? 0) < forgottenTo) this.#miss(node)
      const known = this.#nodes.get(node) ?? { number: ++this.#numbers, batch: 0 }
      this.#nodes.set(node, known)
      if (batch > known.batch && this.#rooms.size > 0) await this.#readAfter(node, known)
      known.batch = batch
    }
    return true
  }

  /** Read who is in rooms that were opened, at the nodes that were there at the last look. */
  async readRooms(opened: ReadonlyMap<number, KnownRoom>, own: string): Promise<void> {
    const logs = [...opened.keys()]
    for (let from = 0; from < logs.length; from += logsMax) await this.#readIn(logs.slice(from, from + logsMax), opened, own)
    for (const room of opened.values()) room.setRead()
  }

  /** This node knows nothing for sure: begin anew with every node. */
  startOver(): void {
    for (const node of [...this.#nodes.keys()]) this.#miss(node)
  }

  /**
   * Believe that those nodes are gone that were missing.
   * @param inDoubt  they may have been missing only for a while, in which others were answered without their people
   */
  async believe(inDoubt: boolean): Promise<void> {
    if (this.#missing.size === 0) return
    const breather = new Breather()
    for (const node of this.#missing) {
      for (const room of [...this.#rooms.values()]) {
        for (const gone of room.leavingAt(node)) {
          // Who came elsewhere since the look before may have been nowhere for a moment, in which others were answered so.
          room.set(node, gone, inDoubt || room.hasComeSince(this.#lookedBeforeMs, gone))
          if (breather.isDue) await breather.rest()
        }
        room.drop(node)
      }
      this.#missing.delete(node)
    }
  }

  #miss(node: string): void {
    const known = this.#nodes.get(node)
    if (!known) return
    this.#nodes.delete(node)
    this.#missing.add(known.number)
  }

  async #readAfter(node: string, { number, batch }: ReadNode): Promise<void> {
    const breather = new Breather()
    let place = { batch, log: last, user: last }
    for (;;) {
      const rows = await this.#table.presenceAfter(node, place, pageMax)
      for (const row of rows) {
        const room = this.#rooms.get(row.log)
        if (room?.isRead) room.set(number, row, room.isKnown(number, row))
        if (breather.isDue) await breather.rest()
      }
      if (rows.length < pageMax) return
      place = rows.at(-1) as PresenceRow
    }
  }

  async #readIn(logs: readonly number[], opened: ReadonlyMap<number, KnownRoom>, own: string): Promise<void> {
    const breather = new Breather()
    let place: Pick<PresenceRow, 'log' | 'user' | 'node'> = { log: 0, user: 0, node: '' }
    for (;;) {
      const rows = await this.#table.presenceIn(logs, place, pageMax)
      for (const row of rows) {
        const number = row.node === own ? ownNode : this.#nodes.get(row.node)?.number
        if (number !== undefined) opened.get(row.log)?.set(number, row)
        if (breather.isDue) await breather.rest()
      }
      if (rows.length < pageMax) return
      place = rows.at(-1) as PresenceRow
    }
  }
}

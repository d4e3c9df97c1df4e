import { type Signal, signal } from '@preact/signals'
import type { Message } from '@tertulia/protocol'

/** One message on the page. An edit changes `live`, and so draws this row alone. */
export interface Row {
  readonly id: number
  readonly live: Signal<Message>
}

/** Rows are drawn in blocks: one more at the end lays out one block, however many there are. */
export interface Block {
  readonly key: number
  readonly rows: Signal<readonly Row[]>
}

const blockRows = 100
const blocksKept = 6

/** The messages of a room that are loaded, in their order and without a gap. */
export class Rows {
  readonly blocks = signal<readonly Block[]>([])
  readonly #byId = new Map<number, Row>()
  #keys = 0

  get(id: number): Row | undefined {
    return this.#byId.get(id)
  }

  get first(): Row | undefined {
    return this.blocks.peek()[0]?.rows.peek()[0]
  }

  get last(): Row | undefined {
    return this.blocks.peek().at(-1)?.rows.peek().at(-1)
  }

  clear(): void {
    this.#byId.clear()
    this.blocks.value = []
  }

  /** These instead of what is loaded. */
  load(messages: readonly Message[]): void {
    this.#byId.clear()
    this.blocks.value = this.#blocksOf(messages)
  }

  /** What comes before the first one. @returns how many were new */
  prepend(messages: readonly Message[]): number {
    const before = this.#byId.size
    this.blocks.value = [...this.#blocksOf(messages), ...this.blocks.peek()]
    return this.#byId.size - before
  }

  /** What comes after the last one. */
  append(messages: readonly Message[]): void {
    this.blocks.value = [...this.blocks.peek(), ...this.#blocksOf(messages)]
  }

  /** The newest message. */
  push(message: Message): void {
    const row = this.#rowOf(message)
    const block = this.blocks.peek().at(-1)
    if (block && block.rows.peek().length < blockRows) block.rows.value = [...block.rows.peek(), row]
    else this.blocks.value = [...this.blocks.peek(), { key: this.#keys++, rows: signal([row]) }]
  }

  /** Keep the last blocks alone. @returns whether any has gone */
  trim(): boolean {
    const blocks = this.blocks.peek()
    if (blocks.length <= blocksKept) return false
    for (const { rows } of blocks.slice(0, -blocksKept)) for (const { id } of rows.peek()) this.#byId.delete(id)
    this.blocks.value = blocks.slice(-blocksKept)
    return true
  }

  #blocksOf(messages: readonly Message[]): Block[] {
    const fresh = messages.filter(({ id }) => !this.#byId.has(id)).map((message) => this.#rowOf(message))
    const blocks: Block[] = []
    for (let at = 0; at < fresh.length; at += blockRows) {
      blocks.push({ key: this.#keys++, rows: signal(fresh.slice(at, at + blockRows)) })
    }
    return blocks
  }

  #rowOf(message: Message): Row {
    const row = { id: message.id, live: signal(message) }
    this.#byId.set(message.id, row)
    return row
  }
}

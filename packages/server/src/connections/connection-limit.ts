import type { Server } from 'node:net'

/** How often it is said how many were refused. */
const tellMs = 60_000

/**
 * Refuses connections while the process can still open files: past its limit, the system closes new ones without a word, and the
 * database fails beside them.
 */
export class ConnectionLimit {
  /** Connections that were refused, ever. */
  refused = 0
  readonly #tell: (refused: number) => void
  readonly #servers: Server[] = []
  #untold = 0
  #timer: NodeJS.Timeout | undefined

  /** @param tell  hears at once that connections are refused, and then once a minute how many more */
  constructor(tell: (refused: number) => void) {
    this.#tell = tell
  }

  add(server: Server): void {
    this.#servers.push(server)
    server.on('drop', () => {
      this.refused++
      this.#untold++
      if (!this.#timer) this.#say()
    })
  }

  /** @param connections  of all servers together */
  set(connections: number): void {
    if (!Number.isFinite(connections)) return
    for (const server of this.#servers) server.maxConnections = Math.max(1, Math.floor(connections / this.#servers.length))
  }

  #say(): void {
    this.#tell(this.#untold)
    this.#untold = 0
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#untold > 0) this.#say()
    }, tellMs).unref()
  }
}

/** Where a program runs. */
export interface Host {
  /** What to put before a command so that it runs there. */
  readonly under: readonly string[]
  readonly address: string
}

export const here: Host = { under: [], address: '127.0.0.1' }

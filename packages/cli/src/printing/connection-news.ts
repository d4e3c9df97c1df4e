import type { FollowNote } from '@tertulia/client'
import { clock } from './message-lines.ts'

type Disconnected = Extract<FollowNote, { type: 'disconnected' }>

/** Tells once that the connection is lost and once that it is back. A server that says goodbye and returns is no news. */
export class ConnectionNews {
  #awaySinceMs: number | undefined
  #told = false

  /** A sentence, if there is something new. `consequence` ends it. */
  lost({ error }: Disconnected, consequence = ''): string | undefined {
    this.#awaySinceMs ??= performance.now()
    if (error === undefined || this.#told) return undefined
    this.#told = true
    return `connection lost ${clock(new Date())}. Trying again${consequence}`
  }

  /** A sentence, if the loss was told. `came`: how many messages were missed meanwhile, where that is known. */
  found(came = 0): string | undefined {
    const seconds = Math.round((performance.now() - (this.#awaySinceMs ?? performance.now())) / 1000)
    const told = this.#told
    this.#awaySinceMs = undefined
    this.#told = false
    if (!told) return undefined
    const meanwhile = came === 0 ? '' : `; ${came === 1 ? '1 message' : `${came} messages`} came meanwhile`
    return `connected again ${clock(new Date())}, after ${seconds} s${meanwhile}`
  }
}

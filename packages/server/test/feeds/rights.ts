import type { LogEvent } from '@tertulia/protocol'

/** When a user might read a room, as its whole log tells. */
export class Rights {
  /** For each event, whether the user might read once it had happened. */
  readonly #after: boolean[]

  constructor(log: readonly LogEvent[], name: string) {
    let isPublic = false
    let isMember = false
    let isBanned = false
    this.#after = log.map((event) => {
      if ('settings' in event) isPublic = event.settings.visibility === 'public'
      if ('member' in event && event.member.name === name) {
        isMember = event.type !== 'member.left'
        isBanned = event.type === 'member.left' && event.reason === 'banned'
      }
      return !isBanned && (isPublic || isMember)
    })
  }

  /** Was there a time since this event at which the user might read? */
  grantedSince = (seq: number) => this.#since(seq).includes(true)

  /** Was there a time since this event at which the user might not? */
  deniedSince = (seq: number) => this.#since(seq).includes(false)

  /** 0: since the beginning. */
  #since = (seq: number) => this.#after.slice(Math.max(0, seq - 1))

  /** The event since which the user might not read any more; Infinity: still may. */
  get lostAt(): number {
    const lost = this.#after.lastIndexOf(true) + 2
    return lost > this.#after.length ? Infinity : lost
  }
}

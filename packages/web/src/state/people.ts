import { signal } from '@preact/signals'
import type { LogEvent, PresenceNote, PresentMember } from '@tertulia/protocol'

/** Who belongs to the room that is shown, and who of them is connected. */
export class People {
  readonly members = signal<readonly PresentMember[]>([])
  /** Who comes and goes has been heard of since the list was read. */
  readonly isFresh = signal(false)
  /** What was told since the list was asked for: the answer may not know of it. */
  #since: PresenceNote[] | undefined

  clear(): void {
    this.members.value = []
    this.lose()
  }

  /** The connection is gone: who comes and goes is not heard of, and a list that is under way may be old when it arrives. */
  lose(): void {
    this.isFresh.value = false
    this.#since = undefined
  }

  /** Take the list, with what is told until it is there. @returns false where another one was asked for meanwhile */
  async load(read: () => Promise<readonly PresentMember[]>): Promise<boolean> {
    const since: PresenceNote[] = []
    this.#since = since
    const members = await read()
    if (this.#since !== since) return false
    this.#since = undefined
    this.isFresh.value = true
    this.members.value = since.reduce(changed, members)
    return true
  }

  /** Some more, who were not on the list. */
  add(found: readonly PresentMember[]): void {
    const known = new Set(this.members.peek().map(({ name }) => name))
    const more = found.filter(({ name }) => !known.has(name))
    if (more.length > 0) this.members.value = [...this.members.peek(), ...more]
  }

  /** Somebody came or went. */
  tell(note: PresenceNote): void {
    this.#since?.push(note)
    this.members.value = changed(this.members.peek(), note)
  }

  apply(event: LogEvent): void {
    if (event.type === 'member.left') return void this.remove(event.member.name)
    if (event.type !== 'member.joined' && event.type !== 'member.updated') return
    const before = this.members.peek().find(({ name }) => name === event.member.name)
    const member: PresentMember = { ...event.member, connected: before?.connected ?? false }
    const others = this.members.peek().filter(({ name }) => name !== member.name)
    this.members.value = [...others, member].sort((a, b) => a.name.localeCompare(b.name))
  }

  remove(gone: string): void {
    this.members.value = this.members.peek().filter(({ name }) => name !== gone)
  }
}

function changed(members: readonly PresentMember[], { connected, disconnected }: PresenceNote): readonly PresentMember[] {
  const [here, away] = [new Set(connected), new Set(disconnected)]
  return members.map((member) => {
    const isConnected = here.has(member.name) || (member.connected && !away.has(member.name))
    return isConnected === member.connected ? member : { ...member, connected: isConnected }
  })
}

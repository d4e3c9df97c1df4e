import { signal } from '@preact/signals'
import type { LogEvent, PresentMember } from '@tertulia/protocol'

/** Who belongs to the room that is shown, and who of them is connected. */
export class People {
  readonly members = signal<readonly PresentMember[]>([])

  load(members: readonly PresentMember[]): void {
    this.members.value = members
  }

  apply(event: LogEvent): void {
    if (event.type === 'member.left') return void this.#without(event.member.name)
    if (event.type !== 'member.joined' && event.type !== 'member.updated') return
    const before = this.members.peek().find(({ name }) => name === event.member.name)
    const member: PresentMember = { ...event.member, connected: before?.connected ?? false }
    const others = this.members.peek().filter(({ name }) => name !== member.name)
    this.members.value = [...others, member].sort((a, b) => a.name.localeCompare(b.name))
  }

  #without(gone: string): void {
    this.members.value = this.members.peek().filter(({ name }) => name !== gone)
  }
}

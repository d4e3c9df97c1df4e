import type { Returned } from './editing.ts'
import { failureWords } from './failure-words.ts'
import type { Place } from './place.ts'
import { Stay, type StayListener, type StaySurroundings } from './stay.ts'
import { unfinishedLines } from './unfinished.ts'

export interface MovingListener extends StayListener {
  /** The room is about to be left for another one. Gives what was to be typed on there. */
  leaving(): readonly Returned[]
  /** {@link Moving.stay} is another one. */
  moved(): void
}

/** Another room that is being joined. */
export interface Joining {
  room: string
  /** true: it is the room now. */
  done: Promise<boolean>
}

/** In which room somebody is, and how they get to another one. */
export class Moving {
  readonly #place: Place
  readonly #surroundings: StaySurroundings
  readonly #listener: MovingListener
  readonly #end: AbortSignal
  #stay: Stay
  #joining: Joining | undefined

  /** @param end  somebody leaves all rooms */
  constructor(place: Place, surroundings: StaySurroundings, listener: MovingListener, end: AbortSignal) {
    this.#place = place
    this.#surroundings = surroundings
    this.#listener = listener
    this.#end = end
    this.#stay = this.#enter(place.room)
  }

  /** The one that somebody is in. */
  get stay(): Stay {
    return this.#stay
  }

  get joining(): Joining | undefined {
    return this.#joining
  }

  /** Read one room after the other, until the end. @throws whatever ends the reading for good */
  async read(): Promise<void> {
    while (!this.#end.aborted) {
      const stay = this.#stay
      await stay.read(this.#end)
      if (!stay.isOver) return
    }
  }

  /** Go to another room, where no other is being joined. */
  join(room: string): void {
    this.#joining = { room, done: this.#tryJoin(room) }
  }

  async #tryJoin(wished: string): Promise<boolean> {
    try {
      return await this.#join(wished)
    } catch (error) {
      const sentence = `cannot join ${wished}: ${failureWords(error)}; you are still in ${this.#stay.room}`
      // What is being typed would go there.
      if (!this.#end.aborted) this.#surroundings.terminal.remark(sentence)
      return false
    } finally {
      this.#joining = undefined
    }
  }

  async #join(wished: string): Promise<boolean> {
    const { client, me, entered, flags } = this.#place
    const { terminal, call } = this.#surroundings
    await client.members.put(wished, 'me', call)
    const { name } = await client.rooms.get(wished, call)
    if (this.#end.aborted) return false
    const left = this.#stay
    if (name === left.room) {
      terminal.notice(`you are in ${name}`)
      return true
    }
    const returned = this.#listener.leaving()
    this.#stay = this.#enter(name)
    left.end()
    entered(name)
    const lines = unfinishedLines({ texts: [], returned, changes: [] }, flags)
    terminal.print(lines.flatMap((line) => line.split('\n')))
    terminal.notice(`joined ${name} as ${me}`)
    this.#listener.moved()
    return true
  }

  #enter(room: string): Stay {
    return new Stay(room, this.#place, this.#surroundings, this.#listener)
  }
}

import { type LogEvent, ownLogName, type RoomsNote, toldRoomsMax } from '@tertulia/protocol'

/** The public rooms that came about or changed since that was told last, each in its latest state. */
export class RoomNews {
  readonly #rooms = new Map<string, RoomsNote['rooms'][number]>()
  #more = false

  /** @param events  of public rooms; undefined: something happened, and nobody says what */
  hear(events: readonly LogEvent[] | undefined): void {
    if (events === undefined) this.#more = true
    for (const event of events ?? []) {
      if (!('settings' in event)) continue
      const { room: name, seq: rev, settings } = event
      if ((this.#rooms.get(name)?.rev ?? 0) < rev) this.#rooms.set(name, { name, rev, ...settings })
    }
    if (this.#rooms.size <= toldRoomsMax) return
    this.#more = true
    this.#rooms.clear()
  }

  /** What is to be told now, to everybody the same. */
  take(): RoomsNote | undefined {
    if (this.#rooms.size === 0 && !this.#more) return undefined
    const note: RoomsNote = { type: 'rooms', room: ownLogName, rooms: [...this.#rooms.values()], more: this.#more }
    this.#rooms.clear()
    this.#more = false
    return note
  }
}

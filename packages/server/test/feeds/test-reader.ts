import { type LogEvent, ownLogName, type PresenceNote, type StreamNote } from '@tertulia/protocol'
import type { Reader, Subscription } from '../../src/feeds/subscriber.ts'
import type { StreamEncoder, StreamFormat } from '../../src/streams/encoders.ts'
import type { Stream, StreamContext } from '../../src/streams/stream.ts'
import type { Engine } from './engine.ts'
import { type AskWhoIsHere, KnownPresence } from './known-presence.ts'
import { SlowSocket } from './slow-socket.ts'

/** What a reader knows of one room. */
export interface RoomLog {
  subscription: Subscription
  /** Events came after this one; unknown until `ready`. */
  start: number | undefined
  events: LogEvent[]
  /** On the present connection. */
  ready: boolean
  synced: boolean
  /** How far the log had come when it connected, or asked. */
  headAtConnect: number
  /** Who is connected, on the present connection; of a reader who asks for pages nothing is known. */
  presence?: KnownPresence
}

/** A client that follows rooms, keeps what it gets, notes what should not be, and resumes with its cursors. */
export class TestReader {
  readonly reader: Reader
  readonly rooms: RoomLog[]
  readonly faults: string[] = []
  socket: SlowSocket | undefined
  stream: Stream | undefined
  /** The server has ended the stream. */
  ended = false
  readonly #format: StreamFormat
  readonly #headOf: (log: number) => number
  readonly #received: () => void
  readonly #whoIsHere: AskWhoIsHere

  /** @param headOf  how far a log has come, as far as its writers know; `received` is called when anything came */
  constructor(
    reader: Reader,
    format: StreamFormat,
    subscriptions: readonly Subscription[],
    headOf: (log: number) => number,
    received: () => void,
    whoIsHere: AskWhoIsHere
  ) {
    this.reader = reader
    this.#whoIsHere = whoIsHere
    this.#format = format
    this.rooms = subscriptions.map((subscription) => ({
      subscription,
      start: undefined,
      events: [],
      ready: false,
      synced: false,
      headAtConnect: 0
    }))
    this.#headOf = headOf
    this.#received = received
  }

  connect(
    engine: Engine,
    context: StreamContext,
    encoders: Record<StreamFormat, { closeDelimited: StreamEncoder }>,
    highWaterMark: number
  ): void {
    const socket = new SlowSocket((bytes) => {
      if (this.socket !== socket) return
      for (const piece of this.#pieces(bytes.toString())) this.#take(piece)
      this.#received()
    }, highWaterMark)
    this.socket = socket
    const subscriptions = this.rooms.map((room) => {
      const headAtConnect = this.#headOf(room.subscription.log)
      const presence = new KnownPresence(() => this.#whoIsHere(room.subscription.log))
      Object.assign(room, { ready: false, synced: false, headAtConnect, presence })
      return { ...room.subscription, after: room.events.at(-1)?.seq ?? room.start ?? room.subscription.after }
    })
    const finish = () => {
      if (this.socket !== socket) return
      if (this.ended) this.faults.push('ended twice')
      socket.end(() => {
        if (this.socket !== socket) return
        this.ended = true
        this.#received()
      })
    }
    const stream = new engine.Stream(
      context,
      socket as never,
      finish,
      encoders[this.#format].closeDelimited,
      this.reader,
      subscriptions
    )
    socket.on('drain', () => stream.drained())
    this.stream = stream
  }

  /** Go away without a word; what was under way is lost. */
  leave(): void {
    this.socket?.destroy()
    this.stream?.closed()
    this.socket = undefined
    this.stream = undefined
  }

  /** Everything is there, or the server has ended the stream. */
  isDone(): boolean {
    return (
      this.ended ||
      this.rooms.every((room) => room.synced && (room.events.at(-1)?.seq ?? room.start) === this.#headOf(room.subscription.log))
    )
  }

  /** The JSON of each frame. */
  #pieces(text: string): string[] {
    if (this.#format === 'ndjson') return text.split('\n').filter((line) => line !== '')
    return text.split('\n\n').flatMap((frame) => {
      const [, id, data] = /^(?:id: \w+\.(\d+)\n|event: \w+\n)?data: (.*)$/.exec(frame) ?? []
      if (id !== undefined && JSON.parse(data as string).seq !== Number(id)) this.faults.push(`id ${id} with ${data}`)
      return data === undefined ? [] : [data]
    })
  }

  #take(json: string): void {
    const piece = JSON.parse(json) as LogEvent | StreamNote
    const room = this.rooms.find(({ subscription }) => 'room' in piece && subscription.room === piece.room)
    if (!room) this.faults.push(`not of a room it follows: ${json}`)
    else if ('seq' in piece) this.#takeEvent(room, piece)
    else if (piece.type === 'reset') this.faults.push(`reset of ${room.subscription.room}`)
    else if (piece.type === 'ready') this.#takeReady(room, seqOf(piece.cursor))
    else if (piece.type === 'synced') this.#takeSynced(room, seqOf(piece.cursor))
    else if (piece.type === 'presence') this.#takePresence(room, piece)
  }

  #takeReady(room: RoomLog, seq: number): void {
    const expected = room.events.at(-1)?.seq ?? room.start ?? seq
    if (room.ready) this.faults.push(`ready twice in ${room.subscription.room}`)
    if (seq !== expected) this.faults.push(`ready at ${seq}, not at ${expected}, in ${room.subscription.room}`)
    room.ready = true
    room.start ??= seq
  }

  #takeSynced(room: RoomLog, seq: number): void {
    const last = room.events.at(-1)?.seq ?? room.start
    if (room.synced) this.faults.push(`synced twice in ${room.subscription.room}`)
    if (seq !== last) this.faults.push(`synced at ${seq}, but has ${last}, in ${room.subscription.room}`)
    room.synced = true
    void room.presence?.ask()
  }

  #takePresence(room: RoomLog, note: PresenceNote): void {
    if (!room.synced) this.faults.push(`presence before synced in ${room.subscription.room}`)
    if (room.subscription.room === ownLogName) this.faults.push('presence in the log of a user')
    room.presence?.hear(note)
  }

  #takeEvent(room: RoomLog, event: LogEvent): void {
    const before = room.events.at(-1)?.seq ?? room.start
    if (!room.ready) this.faults.push(`${event.seq} before ready in ${room.subscription.room}`)
    if (event.seq !== (before ?? 0) + 1) this.faults.push(`${event.seq} after ${before} in ${room.subscription.room}`)
    room.events.push(event)
    room.presence?.see(event)
  }
}

const seqOf = (cursor: string) => Number(cursor.split('.')[1])

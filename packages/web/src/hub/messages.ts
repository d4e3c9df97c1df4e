import type { LogEvent, Message, PresenceNote, RoomsNote } from '@tertulia/protocol'

/** Who is signed in on this browser. */
export interface Identity {
  /** Address of the server, without a slash at its end. */
  server: string
  token: string
  name: string
}

/** How things stand with the server. */
export type LinkState = { state: 'live' | 'catching-up' | 'offline' } | { state: 'waiting'; untilMs: number }

/** A text that has not been confirmed yet. */
export interface Outgoing {
  /** Its Idempotency-Key. */
  key: string
  room: string
  text: string
  /** When it was written, in ms since 1970. */
  atMs: number
  /** `refused`: it will not be sent unless somebody asks for it. */
  state: 'waiting' | 'sending' | 'refused'
  /** Why it was refused, in the words of the server; `too-old`: its key is not remembered any more. */
  why?: string
  /** The code of the problem that it was refused with. */
  code?: string
  /** Its message has come already, although the answer has not. */
  adopted?: boolean
}

/** What a tab tells the hub. */
export type ToHub =
  /** Begin, or go on with what there is if it is the same identity. */
  | { kind: 'start'; identity: Identity }
  /** The rooms that this tab wants to hear of. */
  | { kind: 'follow'; rooms: readonly string[] }
  | { kind: 'send'; outgoing: Outgoing }
  | { kind: 'retry'; key: string }
  | { kind: 'discard'; key: string }
  /** The network is back, or the computer was asleep: `stale` if the connection may be dead. */
  | { kind: 'wake'; stale: boolean }
  | { kind: 'sign-out' }
  /** The tab closes, or is put aside by its browser. */
  | { kind: 'bye' }

/** What the hub tells its tabs. */
export type FromHub =
  /** `adopts`: key of the outgoing text that it is the message of. */
  | { kind: 'event'; event: LogEvent; adopts?: string | undefined }
  /** What was sent so far of a room has been told. */
  | { kind: 'synced'; room: string; cursor: string }
  | { kind: 'presence'; note: PresenceNote }
  | { kind: 'rooms'; note: RoomsNote }
  | { kind: 'link'; link: LinkState }
  | { kind: 'outbox'; outbox: readonly Outgoing[] }
  | { kind: 'sent'; key: string; message: Message }
  /** What came next in these rooms is not kept any more; undefined: in any. */
  | { kind: 'lost'; rooms: readonly string[] | undefined }
  /** The rooms are not what this browser thought they were. */
  | { kind: 'rooms-changed' }
  /** The token counts no more. */
  | { kind: 'signed-out' }

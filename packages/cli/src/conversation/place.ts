import type { ChatClient } from '@tertulia/client'

/** Where somebody talks, and as who. */
export interface Place {
  client: ChatClient
  room: string
  /** Our name. */
  me: string
  /** The flags with which another command goes to this room there. */
  flags(room: string): string[]
  /** Another room was entered, which is the usual one from now on. */
  entered(room: string): void
}

import type { ProblemCode, ProblemItem } from '@tertulia/protocol'

/** What the answer may carry beside its words. */
export interface ChatErrorFacts extends ErrorOptions {
  /** What is wrong with which member of the request. */
  errors?: ProblemItem[]
  /** The present version, where a stale one was offered, and its entity tag, unquoted. */
  current?: unknown
  currentTag?: string
  /** When it may be different, where waiting helps. */
  retryAfterSeconds?: number
  /** The head of the log, where a cursor has expired. */
  cursor?: string
}

/** A refusal that the reader is told about: its code (status and title follow from it) and what to do, in words. */
export class ChatError extends Error {
  readonly code: ProblemCode
  readonly facts: ChatErrorFacts

  constructor(code: ProblemCode, detail: string, facts: ChatErrorFacts = {}) {
    super(detail, facts)
    this.code = code
    this.facts = facts
  }
}

/** The room is there, under another spelling of its name: the caller is sent on to it. */
export class OtherSpelling extends Error {
  readonly room: string

  constructor(room: string) {
    super(`The room is spelled “${room}”.`)
    this.room = room
  }
}

import type { ProblemCode } from '@tertulia/protocol'
import type { Ground } from './ground.ts'

/** What is sent next, as it is; or what has to have come before the next is sent. */
export type Part = string | Buffer | { until: RegExp }

/** One line of the contract: bytes, and what they have to be answered with. */
export interface Row {
  /** Ends the sentence “The server gives the right answer to …”. */
  name: string
  /** Where it is written: `RFC 9112, 3.2`. */
  rfc: string
  /** Why the answer matters, or why another would be wrong. */
  why: string
  send: (at: Ground) => Part | Part[]
  answers: Answer[]
  /** What becomes of the connection: the server closes it, or a stream has it; else it serves the next request. */
  connection?: 'closed' | 'stream'
  /**
   * The server answers before the chat is asked. An app that was not made with `chatServerOptions` answers in its own way;
   * then it only has to be refused, with nothing smuggled.
   */
  server?: true | undefined
  /** What a reverse proxy does with it: answers in its own way, likewise; or mends what is wrong, so that it is not tried there. */
  proxy?: 'answers' | 'mends'
  /** It is about the server as a whole: not tried where the chat has a prefix. */
  root?: true
  /** How long the answer may take, where it is one that takes long. */
  withinMs?: number
}

export interface Answer {
  status: number
  /** The problem in the body. */
  code?: ProblemCode
  /** Fields that must be there, by their lower-case names, and what they must be; null: they must not be there. */
  headers?: Record<string, string | RegExp | null>
  /** What must be in the body; for a stream, in what came of it so far. */
  body?: RegExp
  /** It breaks off: the connection is cut before its end. */
  cut?: true
  /** It answers HEAD: whatever its head says, no body follows. */
  head?: true
}

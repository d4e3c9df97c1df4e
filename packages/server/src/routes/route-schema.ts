import type { TObject } from '@sinclair/typebox'
import type { ProblemCode } from '@tertulia/protocol'
import 'fastify'
import type { AnswerHeader } from './openapi-headers.ts'

declare module 'fastify' {
  /** What a route says of itself, beside the shapes that are checked; the OpenAPI description is made of it. */
  interface FastifySchema {
    operationId?: string
    summary?: string
    description?: string
    tags?: readonly string[]
    /** Header fields that it heeds. They are described here and read by the plugin of each. */
    requestHeaders?: TObject
    /** A body that is one bare text, of any type, which the route reads itself. */
    requestText?: { description: string; example: string }
    /** Media types of the answer, where it is not JSON. */
    produces?: readonly string[]
    /** What an answer looks like in a media type that has no schema. */
    examples?: Readonly<Record<string, unknown>>
    /** Header fields of its answers, by status, beside those that follow from what else it says. */
    answerHeaders?: Readonly<Record<number, readonly AnswerHeader[]>>
    /** Why it may refuse, beside what follows from what else it says. */
    problems?: readonly ProblemCode[]
    /** Not for the description of an app around this one. */
    hide?: boolean
    /** Empty: no token is asked for. */
    security?: ReadonlyArray<Record<string, readonly string[]>>
  }
}

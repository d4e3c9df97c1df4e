import type { FastifyRequest } from 'fastify'
import { ChatError } from '../services/chat-error.ts'
import type { IfMatch } from '../services/messages.ts'

const list = /^(?:\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,|$))+$/
const tag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g

/**
 * The condition of a change (RFC 9110, 13.1.1). Weak tags are left out: they never match.
 * @throws ChatError invalid-header
 */
export function ifMatch({ headers }: FastifyRequest): IfMatch | undefined {
  const field = headers['if-match']
  if (field === undefined) return undefined
  if (field.trim() === '*') return '*'
  if (!list.test(field)) {
    throw new ChatError('invalid-header', 'If-Match must be * or a list of entity tags, each in quotes, such as "abcd1234.57".')
  }
  return [...field.matchAll(tag)].filter(([, weak]) => !weak).map(([, , opaque]) => opaque as string)
}

/** Whether the reader has this version already (RFC 9110, 13.1.2: weak comparison); what is malformed is no condition. */
export function isKnown({ headers }: FastifyRequest, version: string): boolean {
  const field = headers['if-none-match']
  if (field === undefined) return false
  return field.trim() === '*' || (list.test(field) && [...field.matchAll(tag)].some(([, , opaque]) => opaque === version))
}

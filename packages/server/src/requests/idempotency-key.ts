import { idempotencyKeyCharsMax } from '@tertulia/protocol'
import type { FastifyRequest } from 'fastify'
import { ChatError } from '../services/chat-error.ts'

const visible = new RegExp(`^[\\x21-\\x7e]{1,${idempotencyKeyCharsMax}}$`)

/**
 * What a client calls a request that it may repeat.
 * @throws ChatError invalid-header
 */
export function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || (typeof key === 'string' && visible.test(key))) return key
  throw new ChatError('invalid-header', `Idempotency-Key is 1 to ${idempotencyKeyCharsMax} visible ASCII characters.`)
}

import { Type } from '@sinclair/typebox'
import type { preValidationHookHandler } from 'fastify'

/** What is asked for says all: the body is not there, or an object without members. */
export const EmptyBody = Type.Object({}, { additionalProperties: false, examples: [{}] })

export const orEmpty: preValidationHookHandler = (request, _reply, done) => {
  request.body ??= {}
  done()
}

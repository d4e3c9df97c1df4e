import type { FastifyReply } from 'fastify'

/** The answer would be another one if this field of the request were (RFC 9110, 12.5.5), beside those that were said before. */
export function varyBy(reply: FastifyReply, field: string): void {
  const said = reply.getHeader('vary')
  reply.header('vary', said === undefined ? field : `${said}, ${field}`)
}

import type { FastifyRequest } from 'fastify'

/**
 * How many seconds the client is ready to wait (RFC 7240, 4.3), if it says so; the first `wait` counts.
 * What is malformed is no preference: it asks for nothing that must be done.
 */
export function preferredWait({ headers }: FastifyRequest): number | undefined {
  for (const preference of [headers.prefer ?? []].flat().join(',').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? []
    if (seconds !== undefined) return Number(seconds)
  }
  return undefined
}

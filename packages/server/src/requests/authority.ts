import type { FastifyRequest } from 'fastify'

/** By which `host[:port]` the server was addressed, once a request has passed; undefined where HTTP/1.0 does not say. */
export const authorityOf = ({ raw, originalUrl }: FastifyRequest): string | undefined =>
  targetAuthority(originalUrl) ?? hostField(raw)

/** Of a target in absolute form, which counts more than the field (RFC 9112, 3.2.2). */
const targetAuthority = (url: string): string | undefined => /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]

export const hostField = ({ headers }: FastifyRequest['raw']): string | undefined =>
  headers[':authority']?.toString() ?? headers.host

/** The address that the reader used. */
export const usedUrl = (request: FastifyRequest): string => `${usedScheme(request)}://${authorityOf(request) ?? 'localhost'}`

/** By which scheme. A trusted proxy passes on what it was told, and that may be anything. */
export const usedScheme = ({ protocol }: FastifyRequest): string => (protocol === 'https' ? 'https' : 'http')

import type { FastifyRequest } from 'fastify'

/** The request's own path and query, with the room as it spells itself. */
export function canonicalUrl(request: FastifyRequest, room: string): string {
  const [path = '', ...query] = request.url.split('?')
  const at = request.routeOptions.url?.split('/').indexOf(':room') ?? -1
  const canonical = path.split('/').with(at, encodeURIComponent(room)).join('/')
  return [canonical, ...query].join('?')
}

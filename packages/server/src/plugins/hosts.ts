import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { authorityOf, hostField, usedScheme } from '../requests/authority.ts'
import { ChatError } from '../services/chat-error.ts'

export interface HostOptions {
  /** Names under which this server is known, beside the machine's own: those of --public-url and --origin. */
  hosts: readonly string[]
}

/**
 * Answers only where it is addressed by a name of its own. A page of somebody else that has its own name point to this machine
 * (DNS rebinding) is turned away; an address in digits needs no name, so it cannot be rebound.
 */
export const hosts = fp<HostOptions>(
  async (app, { hosts }) => {
    const own = new Set([...hosts.map((host) => host.toLowerCase()), ...ownNames()])
    /** The field of the last request that was let through for it alone: most say the same. */
    let served: string | undefined
    app.addHook('onRequest', (request, _reply, done) => {
      const field = request.originalUrl.startsWith('/') ? hostField(request.raw) : undefined
      if (field !== undefined && field === served) return done()
      const fault = hostFault(request, own)
      if (!fault) served = field
      done(fault)
    })
  },
  { name: 'hosts' }
)

function ownNames(): string[] {
  const name = hostname().toLowerCase()
  return ['localhost', name, `${name}.local`]
}

function hostFault(request: FastifyRequest, own: ReadonlySet<string>): ChatError | undefined {
  const { raw } = request
  const field = hostField(raw)
  const authority = authorityOf(request)
  if (authority === undefined && raw.httpVersion === '1.0') return undefined
  const host = hostOf(authority ?? '')
  const isValid = field === undefined ? raw.httpVersion === '1.0' : hostOf(field) !== undefined
  if (host === undefined || !isValid) return new ChatError('bad-request', 'The request has no valid Host.')
  if (isServed(host, own)) return undefined
  return new ChatError(
    'misdirected',
    `This server does not answer to the name ${host}. If it should, start it with --public-url ${usedScheme(request)}://${host}.`
  )
}

/** The host of `host[:port]`, in lower case, an IPv6 address without its brackets; undefined if it is malformed. */
export function hostOf(authority: string): string | undefined {
  const [, v6, name] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{0,5})?$/i.exec(authority) ?? []
  if (v6 !== undefined) return isIP(v6) === 6 ? v6.toLowerCase() : undefined
  return name?.toLowerCase().replace(/\.$/, '')
}

const isServed = (host: string, own: ReadonlySet<string>): boolean => own.has(host) || isIP(host) !== 0

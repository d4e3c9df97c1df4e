import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'

export interface OriginOptions {
  /** Origins whose pages may write beside our own: `https://chat.example.org`. */
  origins: readonly string[]
}

/** No page of somebody else may write here through the browser of one of our readers. */
export const origins = fp<OriginOptions>(
  async (app, { origins }) => {
    const listed = new Set(origins)
    app.addHook('onRequest', (request, _reply, done) => {
      const { method, headers } = request
      if (reading.has(method) || mayWrite(headers, listed)) return done()
      done(new ChatError('origin-refused', detailFor(headers.origin)))
    })
  },
  { name: 'origins' }
)

function detailFor(origin: string | undefined): string {
  if (origin === undefined || /^https?:/.test(origin)) {
    return `Pages of ${origin ?? 'another site'} may not write here. To allow it, start the server with --origin ${origin ?? 'URL'}.`
  }
  return `Pages without a web address (Origin: ${origin}) may not write here. Serve the page over http or https.`
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

interface OriginHeaders {
  origin?: string | undefined
  host?: string | undefined
  'sec-fetch-site'?: string | string[] | undefined
}

/** Whether a write comes from no page, from one of ours, or from one that is listed. */
export function mayWrite(headers: OriginHeaders, listed: ReadonlySet<string>): boolean {
  const { origin, host } = headers
  if (origin !== undefined && listed.has(origin)) return true
  const site = headers['sec-fetch-site']
  if (site === 'cross-site') return false
  return origin === undefined ? site !== 'same-site' : isOwn(origin, host)
}

function isOwn(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin) || host === undefined) return false
  const page = new URL(origin)
  const here = `${page.protocol}//${host}`
  return URL.canParse(here) && new URL(here).host === page.host
}

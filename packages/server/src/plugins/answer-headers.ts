import fp from 'fastify-plugin'
import { answerHeaders as headersOfAll } from '../connections/answer-headers.ts'
import { authorityOf } from '../requests/authority.ts'

export interface AnswerHeadersOptions {
  /** Where others reach this chat. */
  publicUrl?: string | undefined
}

/**
 * A year. It is said for no other host and no other port, nor where the chat has but a path of a site: browsers apply it to all that
 * is on that host, and that is not ours to decide.
 */
const httpsOnly = 'max-age=31536000'

/** What browsers must know of every answer, refusals included. */
export const answerHeaders = fp<AnswerHeadersOptions>(
  async (app, { publicUrl }) => {
    const host = hostToSecure(publicUrl)
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(headersOfAll)
      if (host !== undefined && authorityOf(request)?.toLowerCase() === host) reply.header('strict-transport-security', httpsOnly)
      done()
    })
  },
  { name: 'answer-headers' }
)

function hostToSecure(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined
  const { protocol, port, pathname, hostname } = new URL(publicUrl)
  return protocol === 'https:' && port === '' && pathname === '/' ? hostname : undefined
}

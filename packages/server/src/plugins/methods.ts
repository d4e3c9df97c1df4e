import type { HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import findMyWay from 'find-my-way'
import { ChatError } from '../services/chat-error.ts'
import type { PublicPathOptions } from './public-paths.ts'

/** Tells a path that is not here (404) from one that takes other methods (405, with Allow), and answers OPTIONS on every path. */
export const methods = fp<PublicPathOptions>(
  async (app, { base }) => {
    const paths = findMyWay({ maxParamLength: Number.MAX_SAFE_INTEGER })
    const allowed = new Map<string, Set<HTTPMethods>>()

    app.addHook('onRoute', ({ url, method }) => {
      const known = allowed.get(url) ?? new Set(['OPTIONS'])
      if (!allowed.has(url)) paths.on('GET', url, () => {}, known)
      allowed.set(url, known)
      for (const name of [method].flat()) known.add(name)
      if (known.has('GET')) known.add('HEAD')
    })

    app.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) return done()
      const { method, url } = request
      const path = pathOf(url)
      const known: ReadonlySet<string> | undefined =
        method === 'OPTIONS' && url === '*' ? everyMethod : paths.find('GET', path)?.store
      if (!known) return done(new ChatError('not-found', `There is nothing at ${base}${path.slice(app.prefix.length)}.`))
      const allow = [...known].sort().join(', ')
      reply.header('allow', allow)
      if (method === 'OPTIONS') return void reply.code(204).send()
      done(new ChatError('method-not-allowed', `${method} is not allowed here. Allowed: ${allow}.`))
    })

    // Its hooks answer, the one above at the latest, before a body is read.
    app.setNotFoundHandler(() => {})
  },
  { name: 'methods' }
)

const everyMethod: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'])

const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '') || '/'

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { htmlHeaders } from '../pages/html.ts'
import { type Encoding, encodings, type WebFile, type WebFiles } from '../pages/web-files.ts'
import type { PublicPathOptions } from '../plugins/public-paths.ts'
import { preferredEncoding } from '../requests/accept.ts'
import { isKnown } from '../requests/conditions.ts'
import { varyBy } from '../requests/vary.ts'
import { ChatError } from '../services/chat-error.ts'
import { ReadHeaders } from './request-headers.ts'

export interface WebRoutesOptions extends PublicPathOptions {
  web: WebFiles
}

/** What the page loads. The page itself is at `/`, beside the lines for a terminal: see `how-to.ts`. */
export const webRoutes: FastifyPluginAsyncTypebox<WebRoutesOptions> = async (app, { web, base }) => {
  app.get(
    '/assets/:file',
    {
      schema: {
        operationId: 'getAsset',
        summary: 'A file that the page loads',
        description: 'Its name changes with what is in it, so it can be kept for ever.',
        tags: ['how-to'],
        produces: ['text/javascript', 'text/css', 'image/svg+xml', 'application/manifest+json'],
        examples: {
          'text/javascript': 'export const …',
          'text/css': ':root { … }',
          'image/svg+xml': '<svg>…</svg>',
          'application/manifest+json': { name: 'Tertulia' }
        },
        security: [],
        requestHeaders: ReadHeaders,
        problems: ['not-found'],
        params: Type.Object({ file: Type.String({ description: 'Name of a file', examples: ['index-BaX1c2d3.js'] }) }),
        response: { 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
      }
    },
    (request, reply) => {
      const { file } = request.params
      const asset = web.assets.get(file)
      if (!asset) throw new ChatError('not-found', `There is nothing at ${base}/assets/${file}. Reload the page.`)
      reply.header('cache-control', 'public, max-age=31536000, immutable')
      // A worker obeys the policy that its script comes with, and not that of the page.
      if (asset.type.startsWith('text/javascript')) reply.header('content-security-policy', policy)
      sendFile(request, reply, asset)
    }
  )
}

/** What the page may do: run the scripts beside it, and talk to this server. No code in the document, no HTML made of strings. */
const policy = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'connect', 'worker', 'manifest'].map((what) => `${what}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((what) => `${what} 'none'`),
  "require-trusted-types-for 'script'",
  'trusted-types tertulia'
].join('; ')
const pageHeaders = { ...htmlHeaders, 'content-security-policy': policy }

/** The document of the page: asked for anew each time, so that it always names the present assets. */
export function sendDocument(request: FastifyRequest, reply: FastifyReply, document: WebFile): void {
  // Also where it has not changed: what a browser keeps takes on the fields of the answer that says so.
  reply.headers(pageHeaders).header('cache-control', 'no-cache')
  sendFile(request, reply, document)
}

/** A file as its reader takes it, unless they have it already. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, { type, tag, bytes, encoded }: WebFile): void {
  varyBy(reply, 'accept-encoding')
  const offers = (Object.keys(encodings) as Encoding[]).filter((name) => encoded[name])
  const encoding = preferredEncoding(request.headers['accept-encoding'], offers)
  const version = encoding ? `${tag}-${encoding}` : tag
  reply.header('etag', `"${version}"`)
  if (encoding) reply.header('content-encoding', encoding)
  if (isKnown(request, version)) return void reply.code(304).send()
  reply.type(type).send((encoding && encoded[encoding]) ?? bytes)
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebFile } from '../pages/web-files.ts'
import type { PublicPathOptions } from '../plugins/public-paths.ts'
import { preferred } from '../requests/accept.ts'
import { usedUrl } from '../requests/authority.ts'
import { varyBy } from '../requests/vary.ts'
import { ChatError } from '../services/chat-error.ts'
import { ReadHeaders } from './request-headers.ts'
import { sendDocument } from './web.ts'

export interface HowToRoutesOptions extends PublicPathOptions {
  /** Where others reach this server; else the address that the reader used. */
  publicUrl?: string | undefined
  /** The page for a browser; without one it gets the lines too. */
  document?: WebFile | undefined
}

/** What people find who know only the address: a few lines for a terminal, the chat itself in a browser. */
export const howToRoutes: FastifyPluginAsyncTypebox<HowToRoutesOptions> = async (app, { publicUrl, document }) => {
  const offers = document ? (['text/plain', 'text/html'] as const) : (['text/plain'] as const)

  function answer(request: FastifyRequest, reply: FastifyReply): void {
    varyBy(reply, 'accept')
    const type = preferred(request.headers.accept, offers)
    if (!type) throw new ChatError('not-acceptable', `This page is available as ${offers.join(' and ')}.`)
    if (type === 'text/html' && document) return void sendPage(request, reply, document)
    const url = publicUrl ?? `${usedUrl(request)}${app.prefix}`
    reply.type('text/plain; charset=utf-8').send(howTo(url))
  }

  app.get(
    '/',
    {
      schema: {
        operationId: 'getHowTo',
        summary: 'How to talk to this server',
        description:
          'A few lines for a terminal, the chat itself in a browser. Without the slash at its end, a browser is sent to the address that has it.',
        // What others add to an address that they share is not for us.
        querystring: Type.Object({}, { additionalProperties: true }),
        requestHeaders: ReadHeaders,
        answerHeaders: {
          200: ['Content-Security-Policy'],
          304: ['Content-Security-Policy']
        },
        tags: ['how-to'],
        produces: ['text/plain', 'text/html'],
        response: {
          304: Type.Null({ description: 'Not changed' }),
          308: Type.Null({ description: 'The page is there' }),
          default: ref(Problem)
        },
        security: [],
        examples: { 'text/plain': 'Tertulia: group chat over plain HTTP. …', 'text/html': '<!doctype html>…' }
      }
    },
    answer
  )
}

/** What the page loads is named from where it is: under a path, that ends in a slash. */
function sendPage(request: FastifyRequest, reply: FastifyReply, document: WebFile): void {
  const [path = '', query] = request.url.split('?')
  if (path === '' || path.endsWith('/')) return void sendDocument(request, reply, document)
  reply
    .code(308)
    .header('location', query === undefined ? `${path}/` : `${path}/?${query}`)
    .send()
}

const howTo = (url: string): string => `Tertulia: group chat over plain HTTP. In a browser, this address is the chat itself.

Take a name; the answer holds your token:
  curl ${url}/v1/users --json '{"name":"ana"}'
  export CHAT_TOKEN=tt_...
Say something in the room “general”:
  curl ${url}/v1/rooms/general/messages -H "Authorization: Bearer $CHAT_TOKEN" -d text=hi
Read what was said:
  curl ${url}/v1/rooms/general/messages -H "Authorization: Bearer $CHAT_TOKEN"
Follow what is being said (Ctrl-C ends it):
  curl -N ${url}/v1/rooms/general/events -H "Authorization: Bearer $CHAT_TOKEN" -H "Accept: text/event-stream"
Read why something was refused:
  curl ${url}/problems

Or let the program do it; the second line needs nothing but Node:
  chat join ${url} --as ana
  curl -O ${url}/chat.mjs && node chat.mjs join ${url} --as ana
`

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { htmlHeaders, toHtml } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import type { PublicPathOptions } from '../plugins/public-paths.ts'
import { preferred } from '../requests/accept.ts'
import { usedUrl } from '../requests/authority.ts'
import { varyBy } from '../requests/vary.ts'
import { ChatError } from '../services/chat-error.ts'

export interface HowToRoutesOptions extends PublicPathOptions {
  /** Where others reach this server; else the address that the reader used. */
  publicUrl?: string | undefined
}

/** What people find who know only the address: a few lines for a terminal, a card for a browser. */
export const howToRoutes: FastifyPluginAsyncTypebox<HowToRoutesOptions> = async (app, { publicUrl, base }) => {
  app.get(
    '/',
    {
      schema: {
        operationId: 'getHowTo',
        summary: 'How to talk to this server',
        description: 'A few lines for a terminal, a card for a browser.',
        answerHeaders: { 200: ['Content-Security-Policy'] },
        tags: ['how-to'],
        produces: ['text/plain', 'text/html'],
        security: [],
        examples: { 'text/plain': 'Tertulia: group chat over plain HTTP. …', 'text/html': '<!doctype html>…' }
      }
    },
    async (request, reply) => {
      varyBy(reply, 'accept')
      const type = preferred(request.headers.accept, ['text/plain', 'text/html'])
      if (!type) throw new ChatError('not-acceptable', 'This page is available as text/plain and text/html.')
      const url = publicUrl ?? `${usedUrl(request)}${app.prefix}`
      if (type === 'text/plain') return reply.type('text/plain; charset=utf-8').send(howTo(url))
      return reply
        .type('text/html; charset=utf-8')
        .headers(htmlHeaders)
        .send(toHtml(card(url), base))
    }
  )
}

const howTo = (url: string): string => `Tertulia: group chat over plain HTTP.

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

Or let the program do it:
  chat join ${url} --as ana
`

/** What a browser shows. */
const card = (url: string): Page => ({
  title: 'Tertulia',
  sections: [
    {
      blocks: [
        'Group chat over plain HTTP. This server is running, and you talk to it from a terminal:',
        { lines: [`chat join ${url} --as YOUR-NAME`] },
        'or without any program of ours:',
        { lines: [`curl ${url}`] }
      ]
    }
  ]
})

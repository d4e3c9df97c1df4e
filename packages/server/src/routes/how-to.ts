import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { preferred } from '../plugins/accept.ts'
import { ChatError } from '../services/chat-error.ts'

export interface HowToRoutesOptions {
  /** Where others reach this server; else the address that the reader used. */
  publicUrl?: string | undefined
}

/** What a person finds who knows nothing but the address: a few lines for a terminal, a card for a browser. */
export const howToRoutes: FastifyPluginAsyncTypebox<HowToRoutesOptions> = async (app, { publicUrl }) => {
  app.get(
    '/',
    { schema: { operationId: 'getHowTo', summary: 'How to talk to this server', tags: ['how-to'], security: [] } },
    async (request, reply) => {
      reply.header('vary', 'accept')
      const type = preferred(request.headers.accept, ['text/plain', 'text/html'])
      if (!type) throw new ChatError('not-acceptable', 'There is text/plain and text/html here.')
      const url =
        publicUrl ?? `${request.protocol === 'https' ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}${app.prefix}`
      if (type === 'text/plain') return reply.type('text/plain; charset=utf-8').send(howTo(url))
      return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(card(url))
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

Or let the program do it:
  chat join ${url} --as ana
`

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 12vh auto; padding: 0 1rem }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
`
const hash = createHash('sha256').update(style).digest('base64')
const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** `url` is safe in HTML: its host was checked, or the operator gave it. */
const card = (url: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tertulia</title>
<style>${style}</style>
<main>
<h1>Tertulia</h1>
<p>Group chat over plain HTTP. This server is running, and you talk to it from a terminal:</p>
<p><code>chat join ${url} --as YOUR-NAME</code></p>
<p>or without any program of ours:</p>
<p><code>curl ${url}</code></p>
</main>
</html>
`

import { existsSync } from 'node:fs'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import { readWebFile } from '../pages/web-files.ts'
import { ChatError } from '../services/chat-error.ts'
import { ReadHeaders } from './request-headers.ts'
import { sendFile } from './web.ts'

export interface ChatFileRoutesOptions {
  /** The whole of the program `chat`, as the build makes it. */
  file: string
}

/** The program `chat` for whoever has Node and nothing else: one file, of the same version as this server. */
export const chatFileRoutes: FastifyPluginAsyncTypebox<ChatFileRoutesOptions> = async (app, { file }) => {
  const program = existsSync(file) ? readWebFile(file) : undefined

  app.get(
    '/chat.mjs',
    {
      schema: {
        operationId: 'getChatProgram',
        summary: 'The program chat, in one file',
        description: 'It needs Node 20.19 or later and nothing else: curl -O it, then run node chat.mjs --help.',
        tags: ['how-to'],
        produces: ['text/javascript'],
        examples: { 'text/javascript': '#!/usr/bin/env node …' },
        security: [],
        requestHeaders: ReadHeaders,
        problems: ['not-found'],
        response: { 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
      }
    },
    (request, reply) => {
      if (!program) throw new ChatError('not-found', 'This copy of the server was built without chat.mjs. Run npm run build.')
      reply.header('cache-control', 'no-cache')
      sendFile(request, reply, program)
    }
  )
}

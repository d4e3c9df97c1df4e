import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ExportLine, Problem, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import { preferred } from '../requests/accept.ts'
import { ChatError } from '../services/chat-error.ts'
import { ExportCut, type ExportService } from '../services/export.ts'
import { RoomParams } from './params.ts'

export interface ExportRoutesOptions {
  exports: ExportService
}

const ndjson = 'application/x-ndjson'

export const exportRoutes: FastifyPluginAsyncTypebox<ExportRoutesOptions> = async (app, { exports }) => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/rooms/:room/export',
    exposeHeadRoute: false,
    schema: {
      operationId: 'exportRoom',
      summary: 'A whole room, one JSON object per line',
      description:
        'The room, its members by name, its messages by id in their present state, deleted ones as tombstones; then once more what has changed meanwhile: the last line about the same thing counts. The last line of all is the end, with the cursor to follow the room from; without it the export was cut. It counts as a stream.',
      problems: ['not-acceptable'],
      answerHeaders: { 200: ['X-Accel-Buffering'] },
      tags: ['rooms'],
      produces: [ndjson],
      examples: { [ndjson]: ExportLine.examples.map((line: object) => `${JSON.stringify(line)}\n`).join('') },
      params: RoomParams,
      response: { default: ref(Problem) }
    },
    handler: async (request, reply) => {
      if (preferred(request.headers.accept, [ndjson]) === undefined) {
        throw new ChatError('not-acceptable', `An export is sent as ${ndjson}. Name that type in Accept, or leave out Accept.`)
      }
      const cut = () => reply.raw.destroy()
      const pieces = await exports.export(signedIn(request), request.params.room, cut)
      reply.type(`${ndjson}; charset=utf-8`).header('cache-control', 'no-store, no-transform').header('x-accel-buffering', 'no')
      if (request.method === 'HEAD') {
        await pieces.return(undefined)
        return reply.send(undefined as never)
      }
      return reply.send(Readable.from(untilCut(pieces, cut), { objectMode: false }) as never) // is no JSON
    }
  })
}

/** What is cut ends without its end, with the connection: nobody takes it for whole. */
async function* untilCut(pieces: AsyncGenerator<string>, cut: () => void): AsyncGenerator<string> {
  try {
    yield* pieces
  } catch (error) {
    if (!(error instanceof ExportCut || error instanceof ChatError)) throw error
    cut()
  }
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import type { FastifyRequest } from 'fastify'
import { preferred } from '../plugins/accept.ts'
import { signedIn } from '../plugins/auth.ts'
import { ChatError } from '../services/chat-error.ts'
import type { EventService } from '../services/events.ts'
import type { Face, Streams } from '../streams/streams.ts'
import { RoomParams } from './params.ts'

export interface EventRoutesOptions {
  events: EventService
  streams: Streams
}

/** How the log can be read, the dearest first. */
const faces: Record<string, Face> = { 'text/event-stream': 'sse', 'application/x-ndjson': 'ndjson' }

const EventsQuery = Type.Object(
  { after: Type.Optional(Type.String({ description: 'A cursor: 0 (the beginning), now, or one that this server gave' })) },
  { additionalProperties: false }
)

export const eventRoutes: FastifyPluginAsyncTypebox<EventRoutesOptions> = async (app, { events, streams }) => {
  const schema = {
    operationId: 'followRoom',
    summary: 'The live log of a room',
    tags: ['events'],
    produces: Object.keys(faces),
    params: RoomParams,
    querystring: EventsQuery,
    response: { default: ref(Problem) }
  }

  // HEAD is no GET without its body here: the handler has to know that nothing follows.
  app.route({
    method: ['GET', 'HEAD'],
    url: '/rooms/:room/events',
    exposeHeadRoute: false,
    schema,
    handler: async (request, reply) => {
      reply.header('vary', 'accept')
      const face = wanted(request)
      const { user, tokenDigest } = signedIn(request)
      const place = await events.place(user, request.params.room, lastEventId(request) ?? request.query.after)
      streams.follow(request, reply, face, { user, tokenDigest, address: request.ip }, [place])
      return reply
    }
  })
}

function wanted({ headers }: FastifyRequest): Face {
  const face = faces[preferred(headers.accept, ['application/json', ...Object.keys(faces)]) ?? '']
  if (face) return face
  throw new ChatError('not-acceptable', `Say how to send the events, with Accept: ${Object.keys(faces).join(' or ')}.`)
}

const lastEventId = ({ headers }: FastifyRequest): string | undefined => headers['last-event-id']?.toString()

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { NewRoom, Problem, Room, RoomChanges, RoomList, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import { ifMatch, isKnown } from '../requests/conditions.ts'
import type { RoomService } from '../services/rooms.ts'
import { listMethods, listQuery, listRange, sendList } from './list-pages.ts'
import { RoomParams } from './params.ts'
import { ChangeHeaders, ReadHeaders } from './request-headers.ts'

export interface RoomRoutesOptions {
  rooms: RoomService
}

const tags = ['rooms']

const RoomsQuery = listQuery('Rooms', {
  member: Type.Optional(Type.Boolean({ description: 'true: only those that I am a member of' }))
})

export const roomRoutes: FastifyPluginAsyncTypebox<RoomRoutesOptions> = async (app, { rooms }) => {
  app.route({
    ...listMethods,
    url: '/rooms',
    config: { tokens: 'narrowed' },
    schema: {
      operationId: 'listRooms',
      summary: 'The rooms that I may read, page by page',
      description:
        'The public ones and those that I belong to, by name, those alone that the token is for; each with my role in it, the number of its last event, and for a member how far they have read and how much is unread. Link says where the next page is.',
      answerHeaders: { 200: ['Link'] },
      tags,
      querystring: RoomsQuery,
      response: { 200: ref(RoomList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { member } = request.query
      const range = listRange(request.query)
      const { items, next } = await rooms.list(signedIn(request), { ...range, own: member })
      return sendList(request, reply, { url: `${app.prefix}/rooms`, list: { rooms: items }, next })
    }
  })

  app.post(
    '/rooms',
    {
      schema: {
        operationId: 'createRoom',
        summary: 'Create a room and own it',
        description: 'Names are unique on a server, regardless of case. The creator of a room owns it.',
        problems: ['name-taken', 'too-many-rooms'],
        answerHeaders: { 201: ['ETag'] },
        tags,
        body: ref(NewRoom),
        response: { 201: ref(Room), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const room = await rooms.create(signedIn(request).user, request.body)
      return reply
        .code(201)
        .header('location', `${app.prefix}/rooms/${encodeURIComponent(room.name)}`)
        .header('etag', `"${rooms.tagOf(room)}"`)
        .send(room)
    }
  )

  app.get(
    '/rooms/:room',
    {
      schema: {
        operationId: 'getRoom',
        summary: 'A room',
        description:
          'Its title, its visibility, whether it is archived, and for how many days it keeps what is written. Its ETag is its version.',
        tags,
        requestHeaders: ReadHeaders,
        params: RoomParams,
        response: { 200: ref(Room), 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const { room } = await rooms.find(signedIn(request).user, request.params.room)
      const tag = rooms.tagOf(room)
      reply.header('etag', `"${tag}"`).header('cache-control', 'private, no-cache')
      return isKnown(request, tag) ? reply.code(304).send(null) : room
    }
  )

  app.patch(
    '/rooms/:room',
    {
      schema: {
        operationId: 'changeRoom',
        summary: 'Change the settings of a room I own',
        description:
          'Its title, who may see it, whether it is archived, and for how many days it keeps what is written: older messages are then erased for good. Members that you leave out stay as they are. With If-Match, the room changes only if it is still at the version that you saw.',
        problems: ['not-allowed'],
        tags,
        requestHeaders: ChangeHeaders,
        params: RoomParams,
        body: ref(RoomChanges),
        response: { 200: ref(Room), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const room = await rooms.change(signedIn(request).user, request.params.room, request.body, ifMatch(request))
      return reply.header('etag', `"${rooms.tagOf(room)}"`).send(room)
    }
  )
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { NewRoom, Problem, Room, RoomChanges, RoomList, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import { ifMatch, isKnown } from '../requests/conditions.ts'
import type { RoomService } from '../services/rooms.ts'
import { RoomParams } from './params.ts'
import { ChangeHeaders, ReadHeaders } from './request-headers.ts'

export interface RoomRoutesOptions {
  rooms: RoomService
}

const tags = ['rooms']

export const roomRoutes: FastifyPluginAsyncTypebox<RoomRoutesOptions> = async (app, { rooms }) => {
  app.get(
    '/rooms',
    {
      schema: {
        operationId: 'listRooms',
        summary: 'Every room that I may read',
        description: 'The public ones and those that I belong to, each with my role in it and the number of its last event.',
        tags,
        response: { 200: ref(RoomList), default: ref(Problem) }
      }
    },
    async (request) => ({ rooms: await rooms.list(signedIn(request).user) })
  )

  app.post(
    '/rooms',
    {
      schema: {
        operationId: 'createRoom',
        summary: 'Make a room and own it',
        description: 'Names are unique on a server, whatever the case of their letters. Who makes a room owns it.',
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
        description: 'Its title, who may see it, and whether it can be written to. Its ETag is its version.',
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
        summary: 'Change the title of a room I own, who may see it, or whether it is archived',
        description: 'What is not given stays as it is. With If-Match only the version that you saw is changed.',
        problems: ['banned', 'not-allowed'],
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

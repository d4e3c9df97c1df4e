import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NewRoom, Problem, Room, RoomList, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import type { RoomService } from '../services/rooms.ts'
import { RoomParams } from './params.ts'

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
        .send(room)
    }
  )

  app.get(
    '/rooms/:room',
    {
      schema: {
        operationId: 'getRoom',
        summary: 'A room',
        tags,
        params: RoomParams,
        response: { 200: ref(Room), default: ref(Problem) }
      }
    },
    async (request) => (await rooms.find(signedIn(request).user, request.params.room)).room
  )
}

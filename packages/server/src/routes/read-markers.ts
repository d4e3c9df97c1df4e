import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NewReadMarker, Problem, ReadMarker, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import type { ReadMarkerService } from '../services/read-markers.ts'
import { RoomParams } from './params.ts'

export interface ReadMarkerRoutesOptions {
  markers: ReadMarkerService
}

export const readMarkerRoutes: FastifyPluginAsyncTypebox<ReadMarkerRoutesOptions> = async (app, { markers }) => {
  app.put(
    '/rooms/:room/read-marker',
    {
      schema: {
        operationId: 'putReadMarker',
        summary: 'Save how far I have read',
        description:
          'Nobody else is told. It never goes back; beyond the last event it is that one. It begins there when one joins, and sending moves it. The list of rooms shows it, with how much is unread.',
        problems: ['member-not-found'],
        tags: ['rooms'],
        params: RoomParams,
        body: ref(NewReadMarker),
        response: { 200: ref(ReadMarker), default: ref(Problem) }
      }
    },
    async (request) => markers.put(signedIn(request).user, request.params.room, request.body)
  )
}

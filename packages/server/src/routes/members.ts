import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Member, MemberList, Problem, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import type { MemberService } from '../services/members.ts'
import type { Credentials } from '../services/users.ts'
import { EmptyBody, orEmpty } from './empty-body.ts'
import { listMethods, listQuery, listRange, sendList } from './list-pages.ts'
import { MemberParams, RoomParams } from './params.ts'

export interface MemberRoutesOptions {
  members: MemberService
}

const tags = ['members']

const MembersQuery = listQuery('Members', {
  connected: Type.Optional(Type.Boolean({ description: 'true: only those who follow the room now' }))
})

export const memberRoutes: FastifyPluginAsyncTypebox<MemberRoutesOptions> = async (app, { members }) => {
  app.route({
    ...listMethods,
    url: '/rooms/:room/members',
    schema: {
      operationId: 'listMembers',
      summary: 'The members of a room, page by page, and whether they follow it now',
      description: 'By name, without banned users. Link leads to the next page.',
      answerHeaders: { 200: ['Link'] },
      tags,
      params: RoomParams,
      querystring: MembersQuery,
      response: { 200: ref(MemberList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { room } = request.params
      const { connected } = request.query
      const range = listRange(request.query)
      const { items, next } = await members.list(signedIn(request).user, room, { ...range, connected })
      const url = `${app.prefix}/rooms/${encodeURIComponent(room)}/members`
      return sendList(request, reply, { url, list: { members: items }, next })
    }
  })

  app.put(
    '/rooms/:room/members/:name',
    {
      schema: {
        operationId: 'putMember',
        summary: 'Join a room, or add somebody',
        description:
          'The name me is the one who asks: anybody joins a public room so. Who is a member already stays what they are.',
        problems: ['user-not-found', 'banned', 'room-archived', 'not-allowed'],
        tags,
        params: MemberParams,
        body: EmptyBody,
        response: { 200: ref(Member), 201: ref(Member), default: ref(Problem) }
      },
      preValidation: orEmpty
    },
    async (request, reply) => {
      const credentials = signedIn(request)
      const { room, name } = request.params
      const { member, isNew } = await members.put(credentials.user, room, named(name, credentials))
      if (!isNew) return member
      const location = `${app.prefix}/rooms/${encodeURIComponent(room)}/members/${encodeURIComponent(member.name)}`
      return reply.code(201).header('location', location).send(member)
    }
  )

  app.delete(
    '/rooms/:room/members/:name',
    {
      schema: {
        operationId: 'deleteMember',
        summary: 'Leave a room, or remove somebody',
        description: 'The name me means yourself.',
        problems: ['user-not-found', 'member-not-found', 'last-owner', 'not-allowed'],
        tags,
        params: MemberParams,
        response: { 204: Type.Null({ description: 'No longer a member' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const credentials = signedIn(request)
      const { room, name } = request.params
      await members.remove(credentials.user, room, named(name, credentials))
      return reply.code(204).send(null)
    }
  )
}

/** “me” stands for the user who makes the request; nobody can register that name. */
const named = (name: string, { user }: Credentials): string => (name === 'me' ? user.name : name)

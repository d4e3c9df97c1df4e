import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Member, MemberList, NewMembership, Problem, Role, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import type { MemberService } from '../services/members.ts'
import { isOfProgram, needsSession } from '../services/token-scope.ts'
import type { Credentials } from '../services/users.ts'
import { orEmpty } from './empty-body.ts'
import { listMethods, listQuery, listRange, sendList } from './list-pages.ts'
import { MemberParams, RoomParams } from './params.ts'

export interface MemberRoutesOptions {
  members: MemberService
}

const tags = ['members']

const MembersQuery = listQuery('Members', {
  connected: Type.Optional(Type.Boolean({ description: 'true: only those who follow the room now' })),
  role: Type.Optional(
    Type.Union(Role.anyOf, { description: 'Only those with this role. Who is banned is for owners and moderators to see' })
  )
})

export const memberRoutes: FastifyPluginAsyncTypebox<MemberRoutesOptions> = async (app, { members }) => {
  app.route({
    ...listMethods,
    url: '/rooms/:room/members',
    schema: {
      operationId: 'listMembers',
      summary: 'The members of a room, page by page, and whether they follow it now',
      description: 'By name, without banned users unless it is asked for them. Link leads to the next page.',
      problems: ['not-allowed'],
      answerHeaders: { 200: ['Link'] },
      tags,
      params: RoomParams,
      querystring: MembersQuery,
      response: { 200: ref(MemberList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { room } = request.params
      const { connected, role } = request.query
      const range = listRange(request.query)
      const { items, next } = await members.list(signedIn(request).user, room, { ...range, connected, role })
      const url = `${app.prefix}/rooms/${encodeURIComponent(room)}/members`
      return sendList(request, reply, { url, list: { members: items }, next })
    }
  })

  app.put(
    '/rooms/:room/members/:name',
    {
      schema: {
        operationId: 'putMember',
        summary: 'Join a room, add somebody, or give them a role',
        description:
          'The name me is the one who asks: anybody joins a public room so, and with an invite a private one too. Owners and moderators add others; without a role, who is a member already stays what they are. Owners give any role. Moderators make others members, and ban them and lift bans (banned, member), but not owners and moderators. Nobody can ban themselves, or an admin of the server in a public room. Whoever is banned reads and writes nothing in the room, and cannot join it.',
        problems: [
          'room-archived',
          'not-allowed',
          'last-owner',
          'too-many-rooms',
          'invite-not-found',
          'invite-spent',
          'invite-expired'
        ],
        tags,
        params: MemberParams,
        body: ref(NewMembership),
        response: { 200: ref(Member), 201: ref(Member), default: ref(Problem) }
      },
      preValidation: orEmpty
    },
    async (request, reply) => {
      const credentials = signedIn(request)
      const { room, name } = request.params
      const { role, invite } = request.body
      // Whoever finds a program's token gains no room by it: what it gave would stay when the token has ended.
      if ((role === 'owner' || role === 'moderator') && isOfProgram(credentials)) throw needsSession()
      const who = named(name, credentials)
      const { member, isNew } =
        invite !== undefined
          ? await members.enter(credentials.user, room, who, request.body)
          : role !== undefined
            ? await members.setRole(credentials.user, room, who, role)
            : await members.put(credentials.user, room, who)
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
        summary: 'Leave a room, remove somebody, or lift a ban',
        description:
          'The name me means yourself. Owners remove anybody, moderators ordinary members. Whoever is banned may come back then, but is no member yet.',
        problems: ['member-not-found', 'last-owner', 'not-allowed'],
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

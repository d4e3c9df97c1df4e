import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import {
  InviteList,
  InviteSummary,
  IssuedInvite,
  listLimitDefault,
  listLimitMax,
  NewInvite,
  NewInviteLookup,
  Problem,
  ref
} from '@tertulia/protocol'
import { bearer } from '../plugins/auth.ts'
import type { InviteService } from '../services/invites.ts'
import { listMethods, numberedRange, sendList } from './list-pages.ts'
import { InviteParams } from './params.ts'

export interface InviteRoutesOptions {
  invites: InviteService
}

const tags = ['invites']

const InvitesQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: listLimitMax, description: `Invites per page; ${listLimitDefault} by default` })
    ),
    after: Type.Optional(Type.String({ description: 'Where to continue: from the Link of the previous page' })),
    room: Type.Optional(Type.String({ description: 'Those to this room, whoever made them; by default mine' }))
  },
  { additionalProperties: false }
)

/** What somebody asks who has a code and nothing else. */
export const inviteLookupRoutes: FastifyPluginAsyncTypebox<InviteRoutesOptions> = async (app, { invites }) => {
  app.post(
    '/invites/lookup',
    {
      schema: {
        operationId: 'lookUpInvite',
        summary: 'Where an invite leads',
        description: 'Needs no token, and spends nothing. The code is in the body, so that it is in no log.',
        problems: ['invite-not-found', 'invite-spent', 'invite-expired', 'storage-failed'],
        tags,
        security: [],
        body: ref(NewInviteLookup),
        response: { 200: ref(InviteSummary), default: ref(Problem) }
      }
    },
    async (request) => invites.lookUp(request.body.code)
  )
}

export const inviteRoutes: FastifyPluginAsyncTypebox<InviteRoutesOptions> = async (app, { invites }) => {
  app.route({
    ...listMethods,
    url: '/invites',
    schema: {
      operationId: 'listInvites',
      summary: 'Invites, page by page',
      description:
        'Those that I made, and for an admin those to the server too; with a room those to it, for its owners and moderators. The newest first, without their codes. Link leads to the next page.',
      problems: ['room-not-found', 'banned', 'not-allowed'],
      answerHeaders: { 200: ['Link'] },
      tags,
      querystring: InvitesQuery,
      response: { 200: ref(InviteList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { room } = request.query
      const { items, next } = await invites.list(bearer(request).user, { ...numberedRange(request.query), room })
      const list = { invites: items }
      return sendList(request, reply, { url: `${app.prefix}/invites`, list, next: next?.toString() })
    }
  })

  app.post(
    '/invites',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'makeInvite',
        summary: 'Invite people',
        description:
          'To a room, as one of its owners or moderators (who invite members alone); or, without a room, to the server, as an admin. The code is shown only here. An invite counts as long as whoever made it may still make it.',
        problems: ['room-not-found', 'banned', 'room-archived', 'not-allowed', 'too-many-invites'],
        tags,
        body: ref(NewInvite),
        response: { 201: ref(IssuedInvite), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const invite = await invites.make(bearer(request), request.body)
      return reply.code(201).header('location', `${app.prefix}/invites/${invite.id}`).send(invite)
    }
  )

  app.delete(
    '/invites/:inviteId',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'revokeInvite',
        summary: 'Revoke an invite',
        description: 'Mine, or one that I might have made. Its code lets nobody in any more; whoever it has let in stays.',
        tags,
        params: InviteParams,
        response: { 204: Type.Null({ description: 'Revoked' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await invites.revoke(bearer(request), request.params.inviteId)
      return reply.code(204).send(null)
    }
  )
}

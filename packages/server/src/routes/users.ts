import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Me, NewPassword, NewUser, Problem, ref, SignedIn, User } from '@tertulia/protocol'
import { bearer, signedIn } from '../plugins/auth.ts'
import { addressBlock } from '../requests/address-block.ts'
import type { UserService } from '../services/users.ts'
import { UserParams } from './params.ts'

export interface UserRoutesOptions {
  users: UserService
}

const tags = ['users']

/** The way in: the one group of routes that asks for no token. */
export const registrationRoutes: FastifyPluginAsyncTypebox<UserRoutesOptions> = async (app, { users }) => {
  app.post(
    '/users',
    {
      schema: {
        operationId: 'registerUser',
        summary: 'Register a name, first come, first served',
        description:
          'The answer holds the token that speaks for this name on this device. It is shown only here. With a password you can sign in elsewhere too, and with an invite to a room you are in it at once.',
        problems: [
          'registration-closed',
          'invite-required',
          'invite-not-found',
          'invite-spent',
          'invite-expired',
          'room-archived',
          'name-taken',
          'busy'
        ],
        tags,
        security: [],
        body: ref(NewUser),
        response: { 201: ref(SignedIn), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const signedIn = await users.register(request.body, addressBlock(request.ip))
      return reply
        .code(201)
        .header('location', `${app.prefix}/users/${encodeURIComponent(signedIn.user.name)}`)
        .send(signedIn)
    }
  )
}

/** What people do about how they are known here. */
export const accountRoutes: FastifyPluginAsyncTypebox<UserRoutesOptions> = async (app, { users }) => {
  app.put(
    '/users/me/password',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'setPassword',
        summary: 'Set my password, and end my other sessions',
        description: 'Where there is one already it is needed as `current`. Links end too; named tokens and bots do not.',
        problems: ['wrong-password', 'busy'],
        tags,
        body: ref(NewPassword),
        response: { 204: Type.Null({ description: 'Set' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await users.setPassword(bearer(request), request.body, addressBlock(request.ip))
      return reply.code(204).send(null)
    }
  )
}

/** The way out. */
export const leavingRoutes: FastifyPluginAsyncTypebox<UserRoutesOptions> = async (app, { users }) => {
  app.delete(
    '/users/me',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'leaveForEver',
        summary: 'Leave this server for ever',
        description:
          'My memberships and my tokens end, and those of my bots with them. What I wrote stays under my name, which nobody can take. There is no way back. Whoever is the only owner of a room stays: the answer names the rooms.',
        problems: ['last-owner'],
        tags,
        response: { 204: Type.Null({ description: 'Left' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await users.leave(bearer(request))
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/bots/:name',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'endBot',
        summary: 'End a bot of mine for ever',
        description: 'Its memberships and its tokens end. What it wrote stays under its name, which nobody can take.',
        problems: ['user-not-found', 'last-owner'],
        tags: ['bots'],
        params: UserParams,
        response: { 204: Type.Null({ description: 'Ended' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await users.leave(bearer(request), request.params.name)
      return reply.code(204).send(null)
    }
  )
}

export const userRoutes: FastifyPluginAsyncTypebox<UserRoutesOptions> = async (app, { users }) => {
  app.get(
    '/users/me',
    {
      config: { tokens: 'narrowed' },
      schema: {
        operationId: 'getMe',
        summary: 'The user of this token',
        description: 'The user that the token of the request belongs to.',
        tags,
        response: { 200: ref(Me), default: ref(Problem) }
      }
    },
    async (request) => users.me(signedIn(request).user)
  )

  app.get(
    '/users/:name',
    {
      config: { tokens: 'narrowed' },
      schema: {
        operationId: 'getUser',
        summary: 'A user',
        description: 'What anybody may know of a user. Any spelling of the name finds it.',
        tags,
        params: UserParams,
        response: { 200: ref(User), default: ref(Problem) }
      }
    },
    async (request) => users.get(request.params.name)
  )
}

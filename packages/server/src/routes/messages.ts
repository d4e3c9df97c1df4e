import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { historyLimitDefault, Message, MessagePage, NewMessage, Problem, ref } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import { textBodies } from '../plugins/bodies.ts'
import { ifMatch, isKnown } from '../requests/conditions.ts'
import { idempotencyKey } from '../requests/idempotency-key.ts'
import type { MessageService } from '../services/messages.ts'
import { HistoryQuery, historyLinks, historyRange } from './history-query.ts'
import type { NewestPages, ReadyPage } from './newest-pages.ts'
import { MessageParams, RoomParams } from './params.ts'
import { ChangeHeaders, OnceHeaders, ReadHeaders } from './request-headers.ts'

export interface MessageRoutesOptions {
  messages: MessageService
  newest: NewestPages
}

const tags = ['messages']

export const messageRoutes: FastifyPluginAsyncTypebox<MessageRoutesOptions> = async (app, { messages, newest }) => {
  await app.register(textBodies)
  const urlOf = ({ room, id }: Message) => `${app.prefix}/rooms/${encodeURIComponent(room)}/messages/${id}`

  app.get(
    '/rooms/:room/messages',
    {
      schema: {
        operationId: 'listMessages',
        summary: 'A page of the history, the newest one by default',
        description:
          'In the order of their ids. Follow the events after its cursor and nothing is missed. Long texts end a page early, after 256 KiB: where the others are is what Link says.',
        answerHeaders: { 200: ['Link'] },
        tags,
        requestHeaders: ReadHeaders,
        params: RoomParams,
        querystring: HistoryQuery,
        response: { 200: ref(MessagePage), 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const range = historyRange(request.query)
      const { room } = request.params
      const { log, ...extent } = await messages.logOf(signedIn(request).user, room)
      const read = async (): Promise<ReadyPage> => {
        const page = await messages.page(log, range)
        const { messages: found, cursor, firstSeq } = page
        return {
          firstSeq,
          head: page.head,
          tag: page.tag,
          links: historyLinks(`${app.prefix}/rooms/${encodeURIComponent(room)}/messages`, range.limit, page),
          body: Buffer.from(JSON.stringify({ messages: found, cursor, firstSeq } satisfies MessagePage))
        }
      }
      const isNewest = (range.before ?? range.after ?? range.around) === undefined && range.limit === historyLimitDefault
      const { tag, links, body } = isNewest ? await newest.get(log, extent, read) : await read()
      reply.header('etag', `"${tag}"`).header('cache-control', 'private, no-cache')
      if (isKnown(request, tag)) return reply.code(304).send(null)
      if (links) reply.header('link', links)
      return reply.type('application/json; charset=utf-8').send(body as never) // is JSON already
    }
  )

  app.post(
    '/rooms/:room/messages',
    {
      schema: {
        operationId: 'postMessage',
        summary: 'Post a message to a room',
        description:
          'Who is not a member of a public room becomes one. With an Idempotency-Key it can be repeated until it is answered: it is posted once.',
        problems: ['room-archived'],
        answerHeaders: { 201: ['ETag', 'Idempotency-Replayed'] },
        tags,
        requestHeaders: OnceHeaders,
        params: RoomParams,
        body: ref(NewMessage),
        response: { 201: ref(Message), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const { user } = signedIn(request)
      const { message, replayed } = await messages.post(user, request.params.room, request.body, idempotencyKey(request))
      if (replayed) reply.header('idempotency-replayed', 'true')
      return reply
        .code(201)
        .header('location', urlOf(message))
        .header('etag', `"${messages.tagOf(message)}"`)
        .send(message)
    }
  )

  app.get(
    '/rooms/:room/messages/:id',
    {
      schema: {
        operationId: 'getMessage',
        summary: 'A message',
        description: 'As it is now. Its ETag is its version.',
        problems: ['message-deleted', 'message-expired'],
        tags,
        requestHeaders: ReadHeaders,
        params: MessageParams,
        response: { 200: ref(Message), 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const message = await messages.get(signedIn(request).user, request.params.room, request.params.id)
      const tag = messages.tagOf(message)
      reply.header('etag', `"${tag}"`).header('cache-control', 'private, no-cache')
      return isKnown(request, tag) ? reply.code(304).send(null) : message
    }
  )

  app.put(
    '/rooms/:room/messages/:id',
    {
      schema: {
        operationId: 'editMessage',
        summary: 'Edit a message of mine',
        description:
          'Readers are told with an event; the same text changes nothing. With If-Match only the version that you saw is changed.',
        problems: ['room-archived', 'not-author', 'message-deleted', 'message-expired'],
        tags,
        requestHeaders: ChangeHeaders,
        params: MessageParams,
        body: ref(NewMessage),
        response: { 200: ref(Message), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const { room, id } = request.params
      const message = await messages.edit(signedIn(request).user, room, id, request.body, ifMatch(request))
      return reply.header('etag', `"${messages.tagOf(message)}"`).send(message)
    }
  )

  app.delete(
    '/rooms/:room/messages/:id',
    {
      schema: {
        operationId: 'deleteMessage',
        summary: 'Erase the text of a message',
        description: 'Its author or a moderator erases the text for everybody and for good. The message stays as a tombstone.',
        problems: ['room-archived', 'not-author', 'message-deleted', 'message-expired'],
        tags,
        requestHeaders: ChangeHeaders,
        params: MessageParams,
        response: { 204: Type.Null({ description: 'Deleted' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const { room, id } = request.params
      await messages.delete(signedIn(request).user, room, id, ifMatch(request))
      return reply.code(204).send(null)
    }
  )
}

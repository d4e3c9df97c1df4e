import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  CombinedEventPage,
  EventPage,
  eventsLimitDefault,
  ownLogName,
  Problem,
  ref,
  type StreamNote,
  waitSecondsMax
} from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { notValid, signedIn } from '../plugins/auth.ts'
import { whereFrom } from '../plugins/backlogs.ts'
import { preferredWait } from '../requests/prefer.ts'
import { checkCursors, type EventService, readAfter } from '../services/events.ts'
import type { Patience, Reader, Streams, Subscription } from '../streams/streams.ts'
import { EventsQuery, mediaTypes, RoomEventsQuery, wantedAfter, wantedFormat, wantedRooms } from './event-query.ts'
import { RoomParams } from './params.ts'
import { FollowHeaders, WaitHeaders } from './request-headers.ts'

export interface EventRoutesOptions {
  events: EventService
  streams: Streams
  /** Whether what a reader signed in with would still do. */
  stillValid: (reader: Reader) => Promise<boolean>
}

const tags = ['events']

/** Pages may have been waited for, also in vain; streams have to pass at once. */
const answerHeaders = {
  200: ['Preference-Applied', 'Incremental', 'X-Accel-Buffering'],
  401: ['Preference-Applied'],
  403: ['Preference-Applied'],
  404: ['Preference-Applied'],
  410: ['Preference-Applied']
} as const

/** How a stream begins, and what it tells of who comes and goes; a frame or a line for each event follows. */
const notes: readonly StreamNote[] = [
  { type: 'ready', room: 'general', cursor: 'abcd1234.57' },
  { type: 'synced', room: 'general', cursor: 'abcd1234.57' },
  { type: 'presence', room: 'general', connected: ['luis'], disconnected: ['ana'], more: false }
]
/** What one's own log tells beside that. */
const roomsNote: StreamNote = {
  type: 'rooms',
  room: ownLogName,
  rooms: [{ name: 'ops', rev: 1, title: 'Who is on call', visibility: 'public', archived: false, retainDays: null }],
  more: false
}
const examplesOf = (notes: readonly StreamNote[]) => ({
  'text/event-stream': notes.map((note) => `event: ${note.type}\ndata: ${JSON.stringify(note)}\n\n`).join(''),
  'application/x-ndjson': notes.map((note) => `${JSON.stringify(note)}\n`).join('')
})

export const eventRoutes: FastifyPluginAsyncTypebox<EventRoutesOptions> = async (app, { events, streams, stillValid }) => {
  /** Who has waited long may have lost their token meanwhile. */
  const wait = async (reply: FastifyReply, reader: Reader, subscriptions: readonly Subscription[], patience: Patience) => {
    const body = await streams.wait(reply.raw, reader, subscriptions, patience)
    if (!(await stillValid(reader))) throw notValid(reply)
    return body
  }

  // HEAD is no GET without its body here: the handler has to know that nothing follows.
  app.route({
    method: ['GET', 'HEAD'],
    url: '/rooms/:room/events',
    exposeHeadRoute: false,
    schema: {
      operationId: 'followRoom',
      summary: 'The live log of a room',
      description:
        'A page of what comes after a cursor, or with Accept a stream that begins there and goes on: Server-Sent Events or a JSON object a line.',
      problems: ['cursor-invalid', 'cursor-expired'],
      answerHeaders,
      tags,
      produces: mediaTypes,
      examples: examplesOf(notes),
      params: RoomParams,
      querystring: RoomEventsQuery,
      requestHeaders: FollowHeaders,
      response: { 200: ref(EventPage), default: ref(Problem) }
    },
    preValidation: async (request) => void readAfter(wantedAfter(request)),
    handler: async (request, reply) => {
      const format = wantedFormat(request, reply)
      const reader = readerOf(request)
      const { limit = eventsLimitDefault } = request.query
      const subscription = await events.subscription(reader.user, { room: request.params.room, after: wantedAfter(request) })
      if (format === 'page') {
        return sendPage(request, reply, {
          read: () => events.page(reader.user, subscription, limit),
          wait: (waitMs) => wait(reply, reader, [subscription], { waitMs, eventsMax: limit })
        })
      }
      streams.follow(request, reply, format, reader, [subscription])
      return reply
    }
  })

  app.route({
    method: ['GET', 'HEAD'],
    url: '/events',
    exposeHeadRoute: false,
    config: { tokens: 'narrowed' },
    schema: {
      operationId: 'followRooms',
      summary: 'The live logs of several rooms, and your own, on one connection',
      description:
        'As for one room, with a cursor for each. @me is your own log: what you become in which rooms, and how far you have read. One wrong room or cursor refuses the whole request.',
      problems: ['cursor-invalid', 'cursor-expired', 'room-not-found', 'banned'],
      answerHeaders,
      tags,
      produces: mediaTypes,
      examples: examplesOf([...notes, roomsNote]),
      querystring: EventsQuery,
      requestHeaders: WaitHeaders,
      response: { 200: ref(CombinedEventPage), default: ref(Problem) }
    },
    preValidation: (request) => checkCursors(wantedRooms(request.query.after)),
    handler: async (request, reply) => {
      const format = wantedFormat(request, reply)
      const reader = readerOf(request)
      const { after, limit = eventsLimitDefault } = request.query
      const subscriptions = await events.subscriptions(signedIn(request), wantedRooms(after))
      if (format === 'page') {
        return sendPage(request, reply, {
          read: () => events.combinedPage(reader.user, subscriptions, limit),
          // The cursors of an answer are those of one reader: what a round holds is only news to it.
          wait: (waitMs) => wait(reply, reader, subscriptions, { waitMs, eventsMax: 0 })
        })
      }
      streams.follow(request, reply, format, reader, subscriptions)
      return reply
    }
  })
}

/** How a page is read, and waited for. */
interface Paging {
  read: () => Promise<EventPage | CombinedEventPage>
  wait: (waitMs: number) => Promise<Buffer | undefined>
}

/** A page; one without events is held as long as the client prefers (RFC 7240), until there is one. HEAD reads none. */
async function sendPage(request: FastifyRequest, reply: FastifyReply, { read, wait }: Paging): Promise<FastifyReply> {
  reply.type('application/json; charset=utf-8')
  if (request.method === 'HEAD') return reply.send()
  const page = await read()
  const preferred = preferredWait(request)
  if (preferred === undefined) return reply.send(JSON.stringify(page))
  const seconds = Math.min(preferred, waitSecondsMax)
  reply.header('preference-applied', `wait=${seconds}`)
  if (page.events.length > 0 || seconds === 0) return reply.send(JSON.stringify(page))
  return reply.send((await wait(seconds * 1_000)) ?? JSON.stringify(await read()))
}

const readerOf = (request: FastifyRequest): Reader => {
  const { user, tokenDigest } = signedIn(request)
  return { user, tokenDigest, address: request.ip, addressBlock: whereFrom(request).address }
}

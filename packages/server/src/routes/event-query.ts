import { Type } from '@sinclair/typebox'
import { eventsLimitDefault, eventsLimitMax, followedRoomsMax, ownLogName } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { preferred } from '../requests/accept.ts'
import { varyBy } from '../requests/vary.ts'
import { ChatError } from '../services/chat-error.ts'
import type { Wanted } from '../services/events.ts'
import type { StreamFormat } from '../streams/streams.ts'

/** How the log can be read, the dearest first: a plain GET gets a page, which ends. */
const formats: Record<string, StreamFormat | 'page'> = {
  'application/json': 'page',
  'text/event-stream': 'sse',
  'application/x-ndjson': 'ndjson'
}
export const mediaTypes = Object.keys(formats)

const limit = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: eventsLimitMax,
    description: `Events per page; ${eventsLimitDefault} by default`
  })
)
const after = (description: string, example: string) => Type.Optional(Type.String({ description, examples: [example] }))
const cursors = '0 (the beginning), now, or one that this server gave'

export const RoomEventsQuery = Type.Object(
  { after: after(`The cursor to begin after: ${cursors}; now by default`, '0'), limit },
  { additionalProperties: false }
)
export const EventsQuery = Type.Object(
  {
    after: after(
      `Rooms, each with the cursor to begin after, as in general:now,ops:0. ${ownLogName} beside them is your own log. A cursor is ${cursors}`,
      `general:0,${ownLogName}:now`
    ),
    limit
  },
  { additionalProperties: false }
)

/**
 * How the reader wants the events.
 * @throws ChatError not-acceptable; invalid-query, for a limit where nothing could have one
 */
export function wantedFormat(
  request: FastifyRequest<{ Querystring: { limit?: number } }>,
  reply: FastifyReply
): StreamFormat | 'page' {
  varyBy(reply, 'accept')
  const format = formats[preferred(request.headers.accept, mediaTypes) ?? '']
  if (!format)
    throw new ChatError('not-acceptable', `Say in which format you want the events, with Accept: ${mediaTypes.join(' or ')}.`)
  if (format === 'page' || request.query.limit === undefined) return format
  const detail = 'is only for pages (Accept: application/json); a stream has no limit'
  throw new ChatError('invalid-query', `limit ${detail}.`, { errors: [{ pointer: '#/limit', detail }] })
}

/** After what the reader of a room goes on; an EventSource says it in its own field. */
export const wantedAfter = ({ headers, query }: FastifyRequest<{ Querystring: { after?: string } }>): string =>
  headers['last-event-id']?.toString() ?? query.after ?? 'now'

/**
 * Which rooms, and where in each, as in `general:abcd1234.57,ops:now`.
 * @throws ChatError invalid-query
 */
export function wantedRooms(after: string | undefined): Wanted[] {
  if (after === undefined || after === '') throw badAfter(`is missing. ${howTo}`)
  const wanted = after.split(',').map((part) => {
    const colon = part.indexOf(':')
    if (colon < 1) throw badAfter(`has “${part}” where a room and its cursor should be. ${howTo}`)
    return { room: part.slice(0, colon), after: part.slice(colon + 1) }
  })
  const rooms = wanted.filter(({ room }) => room !== ownLogName).length
  if (rooms > followedRoomsMax) throw badAfter(`has ${rooms} rooms; the limit is ${followedRoomsMax}`)
  const twice = wanted.find(({ room }, index) => wanted.findIndex((other) => other.room === room) < index)
  if (twice) throw badAfter(`has the room “${twice.room}” twice`)
  return wanted
}

const howTo = 'Write each room with the cursor to start after: after=general:now,ops:0'

const badAfter = (detail: string) =>
  new ChatError('invalid-query', `after ${detail}.`, { errors: [{ pointer: '#/after', detail }] })

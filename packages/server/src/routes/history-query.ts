import { type Static, Type } from '@sinclair/typebox'
import { historyLimitDefault, historyLimitMax } from '@tertulia/protocol'
import { ChatError } from '../services/chat-error.ts'
import type { HistoryPage, HistoryRange } from '../services/messages.ts'

const messageId = (which: string) => Type.Optional(Type.Integer({ minimum: 0, description: `Only messages ${which} this id` }))

/** Which page of a room's history. */
export const HistoryQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: historyLimitMax, description: `Messages per page; ${historyLimitDefault} by default` })
    ),
    before: messageId('before'),
    after: messageId('after'),
    around: messageId('around')
  },
  { additionalProperties: false }
)
type HistoryQuery = Static<typeof HistoryQuery>

const places = ['before', 'after', 'around'] as const

/** @throws ChatError invalid-query when a page would begin at two places */
export function historyRange({ limit = historyLimitDefault, ...where }: HistoryQuery): HistoryRange {
  const given = places.filter((place) => where[place] !== undefined)
  if (given.length < 2) return { limit, ...where }
  const errors = given.map((place) => ({
    pointer: `#/${place}`,
    detail: `excludes ${given.filter((other) => other !== place).join(', ')}`
  }))
  throw new ChatError('invalid-query', `Send only one of ${given.join(', ')}.`, { errors })
}

/** Where the pages beside this one are (RFC 8288). */
export function historyLinks(url: string, limit: number, { messages, earlier, later }: HistoryPage): string {
  const links: string[] = []
  if (earlier && messages[0]) links.push(`<${url}?limit=${limit}&before=${messages[0].id}>; rel="prev"`)
  const last = messages.at(-1)
  if (later && last) links.push(`<${url}?limit=${limit}&after=${last.id}>; rel="next"`)
  return links.join(', ')
}

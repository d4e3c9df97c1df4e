import { type LogEvent, type LogEventType, type Message, schemas } from '@tertulia/protocol'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const at = '2026-11-23T10:00:00.000Z'
const member = { name: 'ana', kind: 'person', role: 'owner' } as const
const settings = { title: 'Ops', visibility: 'public', archived: false, retainDays: null } as const
const message: Message = {
  id: 57,
  room: 'ops',
  author: { name: 'ana', kind: 'person' },
  text: 'hi',
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  rev: 57
}
const entry = { room: 'ops', at, actor: 'ana' } as const
const own = { room: '@me', at, actor: 'ana' } as const
const membership = { room: 'ops', role: 'member' } as const

const examples: { [Type in LogEventType]: Extract<LogEvent, { type: Type }> } = {
  'room.created': { seq: 1, type: 'room.created', ...entry, actor: null, settings },
  'room.updated': { seq: 2, type: 'room.updated', ...entry, settings: { ...settings, archived: true } },
  'member.joined': { seq: 3, type: 'member.joined', ...entry, member },
  'member.updated': { seq: 4, type: 'member.updated', ...entry, member: { ...member, role: 'moderator' } },
  'member.left': { seq: 5, type: 'member.left', ...entry, member, reason: 'left' },
  'message.created': { seq: 57, type: 'message.created', ...entry, message },
  'message.edited': { seq: 60, type: 'message.edited', ...entry, message: { ...message, text: 'hi all', editedAt: at, rev: 60 } },
  'message.deleted': { seq: 61, type: 'message.deleted', ...entry, message: { ...message, text: null, deletedAt: at, rev: 61 } },
  'membership.joined': { seq: 1, type: 'membership.joined', ...own, membership },
  'membership.updated': { seq: 2, type: 'membership.updated', ...own, membership: { ...membership, role: 'owner' } },
  'membership.left': { seq: 3, type: 'membership.left', ...own, membership, reason: 'removed' },
  'marker.moved': { seq: 4, type: 'marker.moved', ...own, marker: { room: 'ops', readUpTo: 57 } }
}

/** A server that takes a log event, checks it and sends it back, in both directions by its schema. */
let app: FastifyInstance
beforeAll(async () => {
  app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
  for (const schema of schemas) app.addSchema(schema)
  app.post('/echo', { schema: { body: { $ref: 'LogEvent#' }, response: { 200: { $ref: 'LogEvent#' } } } }, ({ body }) => body)
  for (const { $id } of schemas) app.get(`/${$id}`, { schema: { response: { 200: { $ref: `${$id}#` } } } }, () => ({}))
  await app.ready()
})
afterAll(() => app.close())

const echo = (payload: object) => app.inject({ method: 'POST', url: '/echo', payload })

test('every schema of the protocol can be registered and compiled', () => {
  expect(Object.keys(app.getSchemas())).toEqual(schemas.map(({ $id }) => $id))
})

describe.each(Object.entries(examples))('%s', (_, event) => {
  test('is an event of the log, and is written with all it holds', async () => {
    const reply = await echo(event)
    expect(reply.statusCode, reply.body).toBe(200)
    expect(reply.json()).toEqual(event)
  })

  test('is refused with a member missing or the type of another', async () => {
    for (const key of Object.keys(event)) {
      const { [key]: _, ...rest } = event as Record<string, unknown>
      expect((await echo(rest)).statusCode, `without ${key}`).toBe(400)
    }
    expect((await echo({ ...event, type: 'room.vanished' })).statusCode).toBe(400)
  })
})

test('a message that was not deleted keeps its text while null is written for a deleted one', async () => {
  const texts = ['message.created', 'message.deleted'] as const
  const replies = await Promise.all(texts.map((type) => echo(examples[type])))
  expect(replies.map((reply) => reply.json().message.text)).toEqual(['hi', null])
})

// What the same framework does without storage, sign-in and rights: the ceiling that Tertulia is compared with.
// bare-routes.mjs PORT
import { Message, NewMessage, schemas } from '@tertulia/protocol'
import Fastify from 'fastify'

const app = Fastify()
for (const schema of schemas) app.addSchema(schema)

const author = { name: 'ana', kind: 'person' }
const at = '2026-11-23T10:00:00.000Z'
let id = 0

app.post(
  '/messages',
  { schema: { body: { $ref: `${NewMessage.$id}#` }, response: { 201: { $ref: `${Message.$id}#` } } } },
  async (request, reply) => {
    id += 1
    const { text } = request.body
    return reply.code(201).send({ id, room: 'general', author, text, createdAt: at, editedAt: null, deletedAt: null, rev: id })
  }
)

const message = {
  id: 1000,
  room: 'general',
  author,
  text: 'x'.repeat(100),
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  rev: 1000
}
const page = Buffer.from(JSON.stringify({ messages: Array(50).fill(message), cursor: 'abcd1234.1000' }))
app.get('/messages', (_request, reply) => reply.type('application/json').send(page))

app.get('/events', (_request, reply) => {
  reply.hijack()
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.raw.flushHeaders()
})

await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 })

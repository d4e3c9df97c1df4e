// The same framework and schemas as Tertulia, without sign-in and rights. bare-server.mjs PORT [DATABASE]
// Without a database it keeps nothing; with one, each text is a transaction of its own, on disk before the answer.
import { Message, NewMessage, schemas } from '@tertulia/protocol'
import Fastify from 'fastify'

const [, , port, database] = process.argv
const app = Fastify()
for (const schema of schemas) app.addSchema(schema)

const author = { name: 'ana', kind: 'person' }
const at = '2026-11-23T10:00:00.000Z'
let id = 0

// The addon closes a database that nothing refers to, whatever statements of it do.
let db
let insert
if (database !== undefined) {
  const { DatabaseSync } = await import('../../packages/server/dist/stores/sqlite/driver.js')
  db = new DatabaseSync(database)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE message (id INTEGER PRIMARY KEY, text TEXT)')
  insert = db.prepare('INSERT INTO message VALUES (?, ?)')
}

app.post(
  '/messages',
  { schema: { body: { $ref: `${NewMessage.$id}#` }, response: { 201: { $ref: `${Message.$id}#` } } } },
  async (request, reply) => {
    id += 1
    const { text } = request.body
    if (db) insert.run(id, text)
    return reply.code(201).send({ id, room: 'general', author, text, createdAt: at, editedAt: null, deletedAt: null, rev: id })
  }
)

app.get('/events', (_request, reply) => {
  reply.hijack()
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.raw.flushHeaders()
})

await app.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 })

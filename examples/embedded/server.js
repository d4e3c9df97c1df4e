// A chat inside an application that has its own users: node examples/embedded/server.js [PORT] [DATABASE]
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chatServer, chatServerOptions, openBus, openStore } from '@tertulia/server'
import Fastify from 'fastify'

// Without a file of your own everything is forgotten with the temporary folder.
const [port = '8080', db = join(mkdtempSync(join(tmpdir(), 'embedded-')), 'chat.db')] = process.argv.slice(2)
const { store } = await openStore({ db })
const bus = openBus()

// This application's own sign-in: a signed cookie. Yours is whatever you have.
const secret = randomBytes(32)
const sign = (name) => createHmac('sha256', secret).update(name).digest('base64url')
function visitor({ headers }) {
  const [, name, given = ''] = /(?:^|; )visitor=([\w-]+)\.([\w-]+)/.exec(headers.cookie ?? '') ?? []
  const right = sign(name ?? '')
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right)) ? { name } : null
}

const app = Fastify(chatServerOptions)
app.get('/', async (request) => `Hello ${visitor(request)?.name ?? 'stranger'}\n`)
app.post('/sign-in/:name', async ({ params: { name } }, reply) =>
  reply.header('set-cookie', `visitor=${name}.${sign(name)}; HttpOnly; SameSite=Lax; Path=/`).send(`Hello ${name}\n`)
)
await app.register(chatServer, { prefix: '/chat', store, bus, authenticate: async (request) => visitor(request) })
console.log(await app.listen({ port: Number(port) }))
console.log(`The database is ${db}`)

process.once('SIGTERM', async () => {
  await app.close() // readers are told to come back, before what they read from closes
  await bus.close()
  await store.close()
})

// The least that listens with the same framework: what a start of Tertulia is compared with.
import Fastify from 'fastify'

const app = Fastify()
app.get('/', async () => ({ status: 'ok' }))
await app.listen({ port: 0, host: '127.0.0.1' })
console.log('listening')

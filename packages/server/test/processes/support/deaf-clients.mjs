// Opens many connections, sends something on each and reads nothing, until it is ended: deaf-clients.mjs FILE
// FILE is JSON: the port, how many connections are opened at once, how many a second then, and what each of them sends.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const { port, atOnce, perSecond, requests } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
for (const [n, request] of requests.entries()) {
  if (n >= atOnce) await pause(1_000 / perSecond)
  const socket = connect({ port, host: '127.0.0.1' })
  socket.pause()
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(request, 'latin1')
}
console.log('all sent')
setInterval(() => {}, 60_000)

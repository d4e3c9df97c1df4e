// Follows a room on many connections, in a process with descriptors of its own: many-followers.mjs PORT COUNT TOKEN
// It says "open" when all have caught up, "told" when a message has come on each, and ends when its standard input does.
import { connect } from 'node:net'

const [port, count, token] = process.argv.slice(2)
const request = `GET /v1/rooms/general/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nAccept: application/x-ndjson\r\n\r\n`
/** Many at once are refused where few may wait to be accepted. */
const atOnce = 200

let told = 0

const open = () =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request))
    let text = ''
    socket.setEncoding('latin1').on('data', (more) => {
      text += more
      if (text.includes('"synced"')) resolve()
      if (!text.includes('"message.created"')) return
      text = ''
      if (++told === Number(count)) console.log('told')
    })
    socket.on('close', () => {
      console.error('a stream was cut')
      process.exit(1)
    })
  })

for (let opened = 0; opened < Number(count); opened += atOnce) {
  await Promise.all(Array.from({ length: Math.min(atOnce, Number(count) - opened) }, open))
}
console.log('open')
process.stdin.resume().on('end', () => process.exit(0))

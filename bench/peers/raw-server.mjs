// What node:http can do at most: whatever was posted in a turn of the event loop goes to each stream in one write. raw-server.mjs PORT
import { createServer } from 'node:http'

const streams = new Set()
let waiting = []

function write() {
  const body = Buffer.concat(waiting)
  waiting = []
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')])
  for (const socket of streams) socket.write(chunk)
}

createServer((request, response) => {
  const { socket } = request
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    streams.add(socket)
    socket.on('error', () => {}).on('close', () => streams.delete(socket))
    return
  }
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    response.writeHead(204).end()
    if (waiting.length === 0) setImmediate(write)
    waiting.push(Buffer.from('data: '), ...parts, Buffer.from('\n\n'))
  })
}).listen(Number(process.argv[2]), '127.0.0.1', 4096)

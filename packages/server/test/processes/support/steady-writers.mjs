// Writes in the rooms of several servers, directly and through a balancer, so many messages a second whatever is answered. It is told
//   { servers: ['10.79.0.11:1543'], rooms: ['general'], tokens: ['…'], rate: 600 }
// says { balancer: 'http://127.0.0.1:40000' }, writes, and, once it is told 'stop' and every message is acknowledged or given up, says
//   { said: [[room, text, isGivenUp, id]], answers: [['201', 9000], …], seconds }
// Each text is its own Idempotency-Key, and is sent again, elsewhere, until it is acknowledged; one in ten is given up where its first
// outcome is not known. Where the servers do not keep up, fewer are sent.
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { json } from 'node:stream/consumers'

const atOnce = 128
/** For the first answer; for each that follows it is longer, so that those who repeat do not take the time of all. */
const patienceMs = 3_000
const connectMs = 500
const tickMs = 10

/** Passes each connection on to the next server in turn, and past those that do not take it in time. */
async function openBalancer(servers) {
  let turn = 0
  const passOn = (client, tries) => {
    const [host, port] = servers[turn++ % servers.length].split(':')
    const server = connect(Number(port), host)
    const late = setTimeout(() => server.destroy(), connectMs)
    let isConnected = false
    server.once('connect', () => {
      isConnected = true
      clearTimeout(late)
      client.pipe(server).pipe(client)
    })
    for (const socket of [client, server]) socket.on('error', () => {})
    client.once('close', () => server.destroy())
    server.once('close', () => {
      if (isConnected || tries <= 1) client.destroy()
      else if (!client.destroyed) passOn(client, tries - 1)
    })
  }
  const balancer = createServer((client) => passOn(client, servers.length)).listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  return `127.0.0.1:${balancer.address().port}`
}

const [task] = await once(process, 'message')
const { servers, rooms, tokens, rate } = task
const balancer = await openBalancer(servers)
process.send({ balancer: `http://${balancer}` })

const answers = new Map()
const said = []
const waiting = []
const agents = new Map([balancer, ...servers].map((place) => [place, new Agent({ keepAlive: true, maxSockets: atOnce })]))
let underWay = 0
let isStopping = false

/** One try. Resolves with what was answered, as it is counted, and the id that it gave. */
const send = (place, { room, text, token }, waitMs) =>
  new Promise((resolve) => {
    const [host, port] = place.split(':')
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': text.length + 11,
      'idempotency-key': text
    }
    const asked = request({ host, port, path: `/v1/rooms/${room}/messages`, method: 'POST', headers, agent: agents.get(place) })
    const late = setTimeout(() => asked.destroy(new Error('silence')), waitMs)
    const lost = () => {
      clearTimeout(late)
      resolve({ answer: 'lost' })
    }
    asked.on('error', lost)
    asked.on('response', (response) => {
      json(response).then(({ id, code }) => {
        clearTimeout(late)
        const retryAfter = response.headers['retry-after'] === undefined ? '' : ' with Retry-After'
        resolve({ answer: code === undefined ? `${response.statusCode}` : `${response.statusCode} ${code}${retryAfter}`, id })
      }, lost)
    })
    asked.end(`{"text":"${text}"}`)
  })

async function untilAcknowledged(n) {
  const room = rooms[n % 2 === 0 ? 0 : (n >> 1) % rooms.length]
  const message = { room, text: `said${n}`, token: tokens[n % tokens.length] }
  const record = [room, message.text, false]
  said.push(record)
  for (let tries = 0; ; tries++) {
    const turn = n + tries
    const place = turn % 2 === 0 ? balancer : servers[(turn >> 1) % servers.length]
    const { answer, id } = await send(place, message, patienceMs * (tries + 1))
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
    if (id !== undefined) {
      record.push(id)
      return
    }
    if (n % 10 === 7 && tries === 0) {
      record[2] = true
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100 * (tries + 1) * (0.5 + Math.random())))
  }
}

/** So many at once; the others wait for their turn. */
function begin() {
  while (underWay < atOnce && waiting.length > 0) {
    underWay++
    void untilAcknowledged(waiting.shift()).then(() => {
      underWay--
      begin()
    })
  }
}

const beganMs = performance.now()
let issued = 0
let dueMs = beganMs
const ticking = setInterval(() => {
  for (; dueMs < performance.now() && waiting.length < rate; dueMs += 1_000 / rate) waiting.push(issued++)
  if (waiting.length >= rate) dueMs = performance.now()
  begin()
}, tickMs)

process.on('message', () => {
  isStopping = true
  clearInterval(ticking)
})
while (!isStopping || underWay > 0 || waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, tickMs))
const seconds = (performance.now() - beganMs) / 1_000
process.send({ said, answers: [...answers], seconds })

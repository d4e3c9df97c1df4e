// One server of several without HTTP: the store, the bus, and who asks for it; started by postgres.mjs with an IPC channel.
//   postgres-node.mjs STORE_URL BUS_URL|none
import { randomBytes } from 'node:crypto'
import { openSharedBus } from '../packages/server/dist/open-bus.js'
import { openPostgresStore } from '../packages/server/dist/stores/postgres/postgres-store.js'

const [url, busUrl] = process.argv.slice(2)
const text = 'A message of the usual length, in which somebody says something that takes about as many words as people write.'

const store = await openPostgresStore({ url, queueMs: 20_000 })
const bus = busUrl === 'none' ? undefined : await openSharedBus({ url: busUrl, chat: store.epoch })
const own = randomBytes(4).toString('hex')
const fingerprint = randomBytes(32) // whatever it is: keys differ
let sent = 0
let heard = 0
let stop = () => {}

const tasks = {
  /** Somebody here follows the room: hints of it are heard. */
  async follow({ log }) {
    stop()
    stop =
      (await bus?.subscribe(log, () => {
        heard++
      })) ?? stop
  },

  /** So many loops send into a room side by side, each as soon as its last message is acknowledged. */
  async flood({ room, actors, loops, seconds }) {
    const waits = []
    heard = 0
    const cpu = process.cpuUsage()
    const begin = performance.now()
    const end = begin + seconds * 1000
    const loop = async () => {
      while (performance.now() < end) {
        const n = sent++
        const once = { key: `${own}-${n}`, fingerprint }
        const actor = actors[n % actors.length]
        const since = performance.now()
        const [answer] = await store.commit([{ kind: 'send', actor, room, text: `${text} ${n}`, once, atMs: Date.now() }])
        if (answer.refused) throw new Error(answer.refused.code)
        waits.push(performance.now() - since)
        bus?.publish({ log: answer.log, head: answer.message.id, events: answer.events })
      }
    }
    await Promise.all(Array.from({ length: loops }, loop))
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - begin, waits, cpuUs: user + system, heard }
  }
}

process.on('message', async ({ task, ...options }) => process.send((await tasks[task](options)) ?? {}))
process.on('disconnect', async () => {
  stop()
  await bus?.close()
  await store.close()
})
process.send({})

// Followers in a process of its own, which can be stopped: frozen-followers.mjs PORT COUNT HEAD, with an IPC channel.
// Each comes back with its cursor when it is cut, and looks at the number of every event: the next one is one more.
import { connect } from 'node:net'

const [port, count, head] = process.argv.slice(2)
/** All read into the same place: there is no garbage. */
const buffer = Buffer.alloc(256 * 1024)
const comeBackMs = 20

let cuts = 0
let wrong = 0
let wanted = Infinity
let missing = 0

class Follower {
  #cursor
  #seq
  #rest = Buffer.alloc(0)

  constructor(cursor) {
    this.#cursor = cursor
    this.#seq = Number(cursor.split('.')[1])
  }

  /** Resolves when it has caught up for the first time. */
  open() {
    return new Promise((resolve) => {
      const callback = (size) => {
        this.#take(buffer.subarray(0, size), resolve)
        return true
      }
      this.#rest = Buffer.alloc(0)
      const socket = connect({ port: Number(port), host: '127.0.0.1', onread: { buffer, callback } }, () =>
        socket.write(head.replace('CURSOR', this.#cursor))
      )
      socket.on('error', () => {})
      socket.on('close', () => {
        cuts++
        setTimeout(() => this.open().then(resolve), comeBackMs)
      })
    })
  }

  isMissing() {
    return this.#seq < wanted
  }

  #take(bytes, onSynced) {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes
    if (data.length < 4096 && data.includes('event: synced')) onSynced()
    let from = 0
    for (;;) {
      const at = data.indexOf('\nid: ', from)
      const end = at < 0 ? -1 : data.indexOf(10, at + 1)
      if (end < 0) {
        this.#rest = Buffer.from(data.subarray(at < 0 ? Math.max(from, data.length - 4) : at))
        return
      }
      this.#note(data.latin1Slice(at + 5, end))
      from = end
    }
  }

  #note(cursor) {
    const seq = Number(cursor.slice(cursor.indexOf('.') + 1))
    if (seq !== this.#seq + 1) wrong++
    const wasMissing = this.isMissing()
    this.#seq = seq
    this.#cursor = cursor
    if (wasMissing && !this.isMissing() && --missing === 0) tell()
  }
}

const followers = []
const tell = () => process.send({ cuts, wrong })

process.on('message', async ({ open, until }) => {
  if (open !== undefined) {
    for (let n = 0; n < Number(count); n++) followers.push(new Follower(open))
    await Promise.all(followers.map((follower) => follower.open()))
    process.send({ cuts, wrong })
  } else {
    wanted = until
    missing = followers.filter((follower) => follower.isMissing()).length
    if (missing === 0) tell()
  }
})
process.on('disconnect', () => process.exit())

// Loaded into a server by `--import`, and spoken to over its IPC channel: between “watch” and “stop” the event loop spins, and what its
// longest turns took is told: for so long nobody else had a turn.
import { openSync, readSync } from 'node:fs'

/** CPU time of the main thread, and how long it waited for a core, in ms (Linux; elsewhere of the whole process, and nothing). */
const schedule = (() => {
  const buffer = Buffer.alloc(100)
  const allMs = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e3
  }
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`)
    return () => {
      const all = allMs() // which also brings the other figures up to date
      const [cpu, waited] = buffer.latin1Slice(0, readSync(file, buffer, 0, 100, 0)).split(' ')
      return { allMs: all, cpuMs: Number(cpu) / 1e6, waitedMs: Number(waited) / 1e6 }
    }
  } catch {
    return () => ({ allMs: allMs(), cpuMs: allMs(), waitedMs: 0 })
  }
})()
const now = () => ({ atMs: performance.now(), ...schedule() })

let watching = false
let began
let last
let heldMs
let cpuMs

function turn() {
  if (!watching) return
  const next = now()
  // Waiting for a core is the fault of others.
  heldMs = Math.max(heldMs, next.atMs - last.atMs - (next.waitedMs - last.waitedMs))
  cpuMs = Math.max(cpuMs, next.cpuMs - last.cpuMs)
  last = next
  setImmediate(turn)
}

process.on('message', (order) => {
  if (order === 'watch') {
    watching = true
    began = last = now()
    heldMs = cpuMs = 0
    setImmediate(turn)
    process.send('watching')
  } else {
    watching = false
    const end = schedule()
    process.send({ heldMs, cpuMs, othersMs: Math.max(0, end.allMs - began.allMs - (end.cpuMs - began.cpuMs)) })
  }
})
process.channel?.unref()

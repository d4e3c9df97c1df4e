import { Server } from 'node:net'

/** For so long at most is a good moment waited for. */
const patienceMs = 1_000
/** A turn of the event loop that takes longer may hide somebody who has come meanwhile. */
const shortMs = 1

/**
 * Let nobody new in; connections that are open go on. The system cuts those that are waiting to be let in, so it is done right after a
 * short turn of the event loop in which nobody was. A `close` of an HTTP server would also cut those that are between two requests, into
 * which a proxy may just be sending one.
 */
export async function stopListening(server: Server): Promise<void> {
  let come = 0
  const count = () => {
    come++
  }
  server.on('connection', count)
  for (const beganMs = performance.now(); ; ) {
    const before = come
    const turnMs = performance.now()
    await new Promise(setImmediate)
    const nowMs = performance.now()
    if ((come === before && nowMs - turnMs < shortMs) || nowMs - beganMs > patienceMs) break
  }
  server.off('connection', count)
  Server.prototype.close.call(server)
}

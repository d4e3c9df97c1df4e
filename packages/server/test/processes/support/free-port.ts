import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Ports below those that the system gives to whoever wants any (on Linux from 32768), and for each worker of vitest others: a server
 * that is stopped and started again finds its port free, whatever other tests open meanwhile.
 */
const portsEach = 500
const first = 10_000 + portsEach * (Number(process.env.VITEST_POOL_ID ?? 0) % 40)
let next = Math.floor(Math.random() * portsEach)

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsEach; tries++) {
    const port = first + (next++ % portsEach)
    if (await isFree(port)) return port
  }
  throw new Error(`Every port from ${first} to ${first + portsEach - 1} is in use`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A way to a server on which each connection is cut in the middle of what the server says, after so many bytes at most as chance will
 * have it. Ends with the test.
 */
export async function cuttingProxy(target: string, { random, bytesMax }: { random: () => number; bytesMax: number }) {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let cuts = 0
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    let left = Math.floor(random() * bytesMax)
    near.pipe(far)
    far.on('data', (bytes) => {
      const passed = bytes.subarray(0, left)
      left -= passed.length
      if (left > 0) {
        near.write(passed)
        return
      }
      cuts++
      near.write(passed, () => near.destroy())
      far.destroy()
    })
  })
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, cuts: () => cuts }
}

import { fileURLToPath } from 'node:url'
import { createViteServer } from 'vitest/node'
import type { Feeds } from '../../src/feeds/feeds.ts'
import type { Turns } from '../../src/feeds/turns.ts'
import type { pageFace, streamFaces } from '../../src/streams/face.ts'
import type { Stream } from '../../src/streams/stream.ts'
import type { Waiter } from '../../src/streams/waiter.ts'

/** What carries events from a store to readers. */
export interface Engine {
  Feeds: typeof Feeds
  Turns: typeof Turns
  Stream: typeof Stream
  Waiter: typeof Waiter
  streamFaces: typeof streamFaces
  pageFace: typeof pageFace
}

/** A change of one source file: what it must contain exactly once, and what comes in its place. */
export type Patch = [file: string, from: string, to: string]

/** Load the engine with its sources changed, to see that a fault in them would be found. */
export async function withEngine<T>(patches: readonly Patch[], use: (engine: Engine) => Promise<T>): Promise<T> {
  const left = new Set(patches)
  const server = await createViteServer({
    configFile: false,
    root: fileURLToPath(new URL('../../src', import.meta.url)),
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: 'patches',
        enforce: 'pre',
        transform(code, id) {
          for (const patch of patches) {
            const [file, from, to] = patch
            if (!id.endsWith(`/src/${file}`)) continue
            if (code.split(from).length !== 2) throw new Error(`${file} does not contain exactly once: ${from}`)
            code = code.replace(from, () => to)
            left.delete(patch)
          }
          return code
        }
      }
    ]
  })
  try {
    const load = (file: string) => server.ssrLoadModule(`/${file}`) as Promise<Engine>
    const { Feeds } = await load('feeds/feeds.ts')
    const { Turns } = await load('feeds/turns.ts')
    const { Stream } = await load('streams/stream.ts')
    const { Waiter } = await load('streams/waiter.ts')
    const { streamFaces, pageFace } = await load('streams/face.ts')
    if (left.size > 0) throw new Error(`Never loaded: ${[...left].map(([file]) => file).join(', ')}`)
    return await use({ Feeds, Turns, Stream, Waiter, streamFaces, pageFace })
  } finally {
    await server.close()
  }
}

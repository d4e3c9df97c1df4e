import { fileURLToPath } from 'node:url'
import { createViteServer } from 'vitest/node'
import type { Engine } from './engine.ts'

/** A change of one source file: what it must contain exactly once, and what replaces that. */
export type Mutation = [file: string, from: string, to: string]

/** Load the engine with its sources changed. */
export async function withMutatedEngine<T>(mutations: readonly Mutation[], use: (engine: Engine) => Promise<T>): Promise<T> {
  const left = new Set(mutations)
  const server = await createViteServer({
    configFile: false,
    root: fileURLToPath(new URL('../../src', import.meta.url)),
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: 'mutations',
        enforce: 'pre',
        transform(code, id) {
          for (const mutation of mutations) {
            const [file, from, to] = mutation
            if (!id.endsWith(`/src/${file}`)) continue
            if (code.split(from).length !== 2) throw new Error(`${file} does not contain exactly once: ${from}`)
            code = code.replace(from, () => to)
            left.delete(mutation)
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
    const { streamEncoders, pageEncoder } = await load('streams/encoders.ts')
    if (left.size > 0) throw new Error(`Never loaded: ${[...left].map(([file]) => file).join(', ')}`)
    return await use({ Feeds, Turns, Stream, Waiter, streamEncoders, pageEncoder })
  } finally {
    await server.close()
  }
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** The server sends what is compressed already: small as it can be, and at no cost to it. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(css|html|js|svg|webmanifest)$/.test(name)) continue
      const bytes = readFileSync(join(dir, name))
      writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes))
    }
  }
}

/** `npm run dev -w packages/web` shows the sources; the requests go to a server that runs beside it. */
const server = { proxy: { '/v1': 'http://127.0.0.1:1543' } }

export default defineConfig({
  // The page works under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  server,
  plugins: [compressed],
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The policy of the page allows no data: addresses.
    assetsInlineLimit: 0,
    reportCompressedSize: false
  }
})

import { defineConfig } from 'vite'

/** `npx vite packages/web` shows the sources; the requests go to a server that runs beside it. */
const server = { proxy: { '/v1': 'http://127.0.0.1:1543' } }

export default defineConfig({
  // The page works under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  server,
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The policy of the page allows no data: addresses.
    assetsInlineLimit: 0,
    reportCompressedSize: false
  }
})

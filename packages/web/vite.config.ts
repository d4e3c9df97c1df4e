import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

/** `npx vite packages/web` shows the sources; the requests go to a server that runs beside it. */
const server = { proxy: { '/v1': 'http://127.0.0.1:1543' } }

const workerFile = fileURLToPath(new URL('src/hub/worker.ts', import.meta.url))

/** Builds the worker together with the page, not apart from it: what both need travels once. */
const worker: Plugin = {
  name: 'worker-with-the-page',
  apply: 'build',
  enforce: 'pre',
  load(id) {
    if (id !== `${workerFile}?worker&url`) return null
    return `export default import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id: workerFile, name: 'worker' })}`
  }
}

export default defineConfig({
  // The page works under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [worker],
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

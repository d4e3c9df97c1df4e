// Builds the page into dist/page, unless nothing that goes into it has changed since the last time: node packages/web/build.mjs
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('.', import.meta.url))
const stamp = join(root, 'dist/page.inputs')

const inside = (folder, ends) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

const inputs = [
  ...['build.mjs', 'index.html', 'package.json', 'vite.config.ts', '../../package-lock.json'].map((file) => join(root, file)),
  ...inside('src', /./),
  ...inside('../client/dist', /\.js$/),
  ...inside('../protocol/dist', /\.js$/)
].sort()
const hash = createHash('sha256')
for (const file of inputs) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
const present = hash.digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== present) {
  const { build } = await import('vite')
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
  // The server sends what is compressed already: as small as it can be, and at no cost to it.
  for (const file of inside('dist/page', /\.(css|html|js|svg|webmanifest)$/)) {
    const bytes = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    writeFileSync(`${file}.br`, brotliCompressSync(bytes))
  }
  writeFileSync(stamp, present)
}

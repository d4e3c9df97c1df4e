import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** How a file may be encoded on its way, the smallest first, and what its name ends in then. */
export const encodings = { br: '.br', gzip: '.gz' } as const
export type Encoding = keyof typeof encodings

/** A file that is served, in each form that the build has made of it. */
export interface WebFile {
  type: string
  /** Of the file as it is; an encoding has its own. */
  tag: string
  bytes: Buffer
  encoded: Partial<Record<Encoding, Buffer>>
}

/** The built page: the document, and what it loads by names that change with what is in them. */
export interface WebFiles {
  document: WebFile
  assets: ReadonlyMap<string, WebFile>
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json'
}

/**
 * Read the page once: it is small, and does not change while the server runs. So no name in a request is ever a path on the disk.
 * @param folder  holds `index.html` and `assets/`, as vite builds them
 * @throws Error when there is no page in it
 */
export function readWebFiles(folder: string): WebFiles {
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`There is no index.html in ${folder}. Build the page first.`)
  const assets = join(folder, 'assets')
  const plain = readdirSync(assets).filter((name) => extname(name) in types)
  return {
    document: readWebFile(join(folder, 'index.html')),
    assets: new Map(plain.map((name) => [name, readWebFile(join(assets, name))]))
  }
}

/** Read once, with what lies compressed beside it. */
export function readWebFile(file: string): WebFile {
  const bytes = readFileSync(file)
  const encoded: WebFile['encoded'] = {}
  for (const [encoding, end] of Object.entries(encodings)) {
    if (existsSync(file + end)) encoded[encoding as Encoding] = readFileSync(file + end)
  }
  const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 16)
  return { type: types[extname(file)] ?? 'application/octet-stream', tag, bytes, encoded }
}

// Writes packages/*/program: what `chat-server` and `chat` run, in a few files. To find and load the hundreds that are in dist/ and in the
// libraries takes longer than all else that a start does. Who imports a package gets its dist/, beside libraries of their own, and the
// same threads: these share nothing with whoever starts them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

/** A module names the thread that it starts by its file in program/; in the program, that lies beside it. */
const workers = {
  name: 'workers',
  transform: (code) =>
    code.replace(/new URL\('(?:\.\.\/)+program\/([^']+)', import\.meta\.url\)/g, "new URL('./$1', import.meta.url)")
}

/** The licences of the libraries whose code is in the program. */
function licences(modules) {
  const folders = new Set(modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []))
  return [...folders].sort().map((folder) => {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file))
    return [name, ...files.map((file) => readFileSync(join(folder, file), 'utf8').trim())].join('\n\n')
  })
}

/**
 * What has not changed stays in place: somebody may be running it.
 * @param beside  folders that the program has beside itself, by name
 */
async function bundle(folder, entries, beside = {}) {
  const built = await rolldown({
    input: entries.map((entry) => resolve(folder, 'dist', entry)),
    platform: 'node',
    plugins: [workers],
    external: /^@photostructure\/sqlite$/ // finds the addon of this machine beside itself
  })
  const { output } = await built.generate({ entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
  const files = new Map(output.map((chunk) => [chunk.fileName, chunk.code]))
  files.set('LICENSES.txt', licences(output.flatMap((chunk) => chunk.moduleIds)).join('\n\n---\n\n'))
  const program = join(folder, 'program')
  mkdirSync(program, { recursive: true })
  for (const [name, text] of files) {
    const file = join(program, name)
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
  }
  for (const [name, from] of Object.entries(beside)) copy(from, join(program, name))
  for (const name of readdirSync(program)) {
    if (!files.has(name) && !(name in beside)) rmSync(join(program, name), { recursive: true })
  }
}

/** Make a folder the copy of another one. */
function copy(from, to) {
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (!existsSync(join(from, name))) rmSync(join(to, name), { recursive: true, force: true })
  }
}

const threads = ['stores/sqlite/writer-thread.js', 'stores/sqlite/search/search-thread.js']
await bundle('packages/server', ['launch.js', ...threads], { web: 'packages/web/dist/page' })
await bundle('packages/cli', ['main.js'])

// Writes packages/*/program: what `chat-server` and `chat` run, in a few files. To find and load the hundreds that are in dist/ and in the
// libraries takes longer than all else that a start does. Who imports a package gets its dist/, beside libraries of their own, and the
// same threads: these share nothing with whoever starts them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** A module names the thread that it starts, or a file that it reads, by its place in program/; in the program, that lies beside it. */
const workers = {
  name: 'workers',
  transform: (code) =>
    code.replace(/new URL\('(?:\.\.\/)+program\/([^']+)', import\.meta\.url\)/g, "new URL('./$1', import.meta.url)")
}

/** The version is written into the program: it reads no package.json, and chat.mjs has none beside it. */
const versions = {
  name: 'versions',
  transform(code, id) {
    const read = "JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version"
    const [folder, rest] = id.split('/dist/')
    if (rest === undefined || !code.includes(read)) return null
    return code.replace(read, JSON.stringify(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version))
  }
}

/** What oclif has to show errors and pages of help by itself, which others do here, and what its parser still calls of that. */
const withoutDisplay = instead({
  '@oclif/core/lib/errors/errors/pretty-print.js': '',
  '@oclif/core/lib/errors/handle.js': '',
  '@oclif/core/lib/help/index.js': '',
  '@oclif/core/lib/logger.js': '',
  '@oclif/core/lib/parser/help.js': '',
  '@oclif/core/lib/ux/list.js': "Object.assign(exports, { __esModule: true, default: () => '' })",
  '@oclif/core/lib/ux/theme.js': 'exports.colorize = (_color, text) => text',
  'clean-stack/index.js': '',
  'indent-string/index.js': '',
  'wrap-ansi/index.js': ''
})

/**
 * What Fastify and pino have for others than us: checks and writers made of schemas (start.ts says that there are none), requests without a
 * connection, HTTPS, HTTP/2, plugins that ask for a version of Fastify, paths with regular expressions, logs in threads and with parts left out.
 */
const withoutUnused = instead({
  '@fastify/ajv-compiler/index.js': '',
  '@fastify/fast-json-stringify-compiler/index.js': '',
  '@pinojs/redact/index.js': '',
  'light-my-request/index.js': '',
  'node:http2': '',
  'node:https': '',
  'pino/lib/transport.js': '',
  'safe-regex2/index.js': 'module.exports = () => true',
  'semver/index.js': ''
})

/** Modules of Node, and modules of libraries by the end of their path, and what stands in the program in their place. */
function instead(modules) {
  const found = new Set()
  return {
    name: 'instead',
    resolveId: (name) => (name in modules ? `\0${name}` : null),
    load(id) {
      const name = id.startsWith('\0') ? id.slice(1) : id.split('/node_modules/').at(-1)
      if (!(name in modules)) return null
      found.add(name)
      return modules[name] === '' ? 'module.exports = {}' : modules[name]
    },
    complete() {
      const absent = Object.keys(modules).filter((name) => !found.has(name))
      if (absent.length > 0) throw new Error(`The libraries no longer have what is left out of the program: ${absent.join(', ')}`)
    }
  }
}

const textOf = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim()

/** What a library says of itself that comes without the text of its licence. */
function declared(folder) {
  const { license, author } = JSON.parse(textOf(join(folder, 'package.json')))
  if (license === undefined) throw new Error(`${folder} does not say under which licence it is.`)
  return [`Licence: ${license}`, ...(author === undefined ? [] : [`Copyright: ${author.name ?? author}`])].join('\n')
}

/** The licences of the libraries whose code is in the program; those that share their words share them here. */
function licences(modules) {
  const folders = new Set(modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []))
  const owners = new Map()
  for (const folder of [...folders].sort()) {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file))
    const text = files.length > 0 ? files.map((file) => textOf(join(folder, file))).join('\n\n') : declared(folder)
    owners.set(text, [...(owners.get(text) ?? []), name])
  }
  return Array.from(owners, ([text, names]) => `${names.join(', ')}\n\n${text}`).join('\n\n---\n\n')
}

/**
 * The program of the server. It and its threads share no files: each starts sooner from a few of its own.
 * @param beside  what it has beside itself: the text of a file, or the folder that a folder is a copy of
 */
async function bundleServer(entries, { files: besides, folders }) {
  const outputs = await Promise.all(entries.map((entry) => generated(resolve('packages/server/dist', entry))))
  withoutUnused.complete()
  const output = outputs.flat()
  const files = new Map(output.map((chunk) => [chunk.fileName, inAscii(withQuickBuiltins(chunk.code))]))
  files.set('LICENSES.txt', licences(output.flatMap((chunk) => chunk.moduleIds)))
  writeProgram('packages/server/program', new Map([...files, ...besides]), folders)
}

async function generated(input) {
  const built = await rolldown({
    input,
    platform: 'node',
    plugins: [workers, versions, withoutUnused],
    external: /^(@photostructure\/sqlite|pg|@nats-io\/transport-node)$/ // the addon of this machine is beside itself; few need the others
  })
  const { output } = await built.generate({ entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false })
  return output
}

/** Asked for by name: to import a module of Node evaluates all that it has, which of node:http is also the client behind `fetch`. */
function withQuickBuiltins(code) {
  const asked = code
    .replace(/^import "node:[^"]+";\n/gm, '')
    .replace(/^import \{([^}]*)\} from ("node:[^"]+");$/gm, (_, names, module) => {
      return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule(${module});`
    })
  const [imported] = /^import .* from "node:.*$/m.exec(asked) ?? []
  if (imported) throw new Error(`Name what is imported of this module of Node: ${imported}`)
  return asked
}

/** What commands evaluate that are called often, by scripts. */
const quick = ['main.js', 'commands.js', 'calling/call.js', 'commands/send.js'].map((name) => resolve('packages/cli/dist', name))

/**
 * The whole program `chat` in one file, which runs wherever there is Node. To parse all of it takes Node longer than most commands run.
 * So only what is `quick` is code there, in parentheses, by which Node knows that it will be called and parses it once; the rest is text
 * until a command needs it. Lines stay lines, for those that Node shows with an error.
 */
async function bundleChat() {
  const built = await rolldown({
    input: resolve('packages/cli/dist/main.js'),
    platform: 'node',
    plugins: [versions, withoutDisplay]
  })
  const { output } = await built.generate({
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    comments: false,
    minify: { compress: true, mangle: true, codegen: { removeWhitespace: false } }
  })
  withoutDisplay.complete()
  const moduleIds = output.flatMap((chunk) => chunk.moduleIds)

  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]))
  const needed = new Set()
  const need = (name) => {
    if (needed.has(name)) return
    needed.add(name)
    chunks.get(name)?.imports.forEach(need)
  }
  for (const chunk of output) if (quick.includes(chunk.facadeModuleId)) need(chunk.fileName)
  const parts = output.map(({ fileName, code }) => {
    const isQuick = needed.has(fileName)
    const part = isQuick ? `(function (exports, require, __filename) {\n${inAscii(code)}})` : inAscii(JSON.stringify(code))
    return `'./${fileName}': ${part}`
  })
  const own = readFileSync('LICENSE', 'utf8').trim()
  const notice = `Tertulia\n\n${own}\n\n---\n\n${licences(moduleIds)}`.replaceAll('*/', '* /')
  const loader = readFileSync('packages/cli/loader.mjs', 'utf8')
  return `#!/usr/bin/env node\n${loader.replace('  // PARTS', () => parts.join(',\n'))}/*!\n${notice}\n*/\n`
}

/** Node reads what is all ASCII in a fraction of the time. */
function inAscii(code) {
  if (/String\.raw`[^`]*[^\0-\x7f]/.test(code))
    throw new Error('A raw text with a letter beyond ASCII cannot be spelled in ASCII.')
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What has not changed stays in place: somebody may be running it. What Node has compiled of the rest is of no use any more. */
function writeProgram(program, files, folders = {}) {
  mkdirSync(program, { recursive: true })
  for (const [name, content] of files) {
    const file = join(program, name)
    if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) continue
    writeFileSync(file, content)
    rmSync(join(program, '../compiled'), { recursive: true, force: true })
  }
  for (const [name, from] of Object.entries(folders)) copy(from, join(program, name))
  for (const name of readdirSync(program)) {
    if (!files.has(name) && !(name in folders)) rmSync(join(program, name), { recursive: true })
  }
}

/** Make a folder the copy of another one. */
function copy(from, to) {
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (!existsSync(join(from, name))) rmSync(join(to, name), { recursive: true, force: true })
  }
}

const chat = await bundleChat()
writeProgram('packages/cli/program', new Map([['chat.mjs', chat]]))
// The server gives it to whoever asks, compressed ahead.
const offered = new Map([
  ['chat.mjs', chat],
  ['chat.mjs.gz', gzipSync(chat)],
  ['chat.mjs.br', brotliCompressSync(chat)]
])
const documents = ['packages/web/src/look.css', 'packages/server/src/pages/documents.css'].map(textOf).join('\n\n')
const threads = ['writer-thread.js', 'search/search-thread.js', 'maintenance/maintenance-thread.js'].map(
  (name) => `stores/sqlite/${name}`
)
await bundleServer(['launch.js', ...threads], {
  files: new Map([...offered, ['documents.css', documents], ['icon.svg', textOf('packages/web/src/icon.svg')]]),
  folders: { web: 'packages/web/dist/page' }
})

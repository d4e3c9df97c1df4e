import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/**
 * Who may import what. Left: a folder or a file of packages/PACKAGE/src, without the src; the longest match holds.
 * Right: the layers and the libraries it may know beside itself. `node:*` is all of Node but its database.
 * The rows go from the top to the bottom: each knows only rows below it.
 */
const table = `
  cli                  | client, protocol, @oclif/core, get-east-asian-width, node:*
  client/transports/node-http | client, node:*
  client               | protocol, eventsource-parser

  server/launch        | server/connections, server/failure, server/main
  server/index         | server/app, server/services, server/open-store, server/open-bus
  server/main          | server/connections, server/failure, server/config, server/banner, server/chat-words, server/log, server/outlet, server/requests, server/terminal, server/open-store, server/open-bus, server/app, server/version, fastify, node:*
  server/open-store    | server/stores, server/stores/sqlite, node:*
  server/open-bus      | server/buses, server/buses/local
  server/banner        | server/config, ipaddr.js, node:*
  server/log           | server/config, server/outlet, pino
  server/config        | server/requests, protocol, ipaddr.js, node:*
  server/failure       | server/outlet
  server/outlet        | node:*
  server/terminal      | node:*
  server/chat-words    | node:*

  server/app           | server/connections, server/requests, server/plugins, server/routes, server/services, server/streams, server/feeds, server/stores, server/buses, server/version, protocol, fastify
  server/routes        | server/connections, server/pages, server/requests, server/plugins, server/services, server/streams, protocol, fastify, @fastify/type-provider-typebox, @sinclair/typebox, node:*
  server/version       | node:*
  server/pages         | protocol, node:*
  server/plugins       | server/connections, server/requests, server/services, server/streams, protocol, fastify, fastify-plugin, find-my-way, @sinclair/typebox, node:*
  server/requests      | server/services, protocol, fastify, ipaddr.js, negotiator, @sinclair/typebox, node:*
  server/streams       | server/connections, server/feeds, protocol, fastify, node:*
  server/connections   | protocol, node:*
  server/services      | server/feeds, server/stores, server/buses, protocol, node:*
  server/feeds         | server/stores, server/buses, protocol, node:*
  server/stores/sqlite | server/stores, protocol, node:*, node:sqlite, @photostructure/sqlite
  server/stores        | protocol
  server/buses/local   | server/buses, protocol
  server/buses         | protocol

  protocol             | @sinclair/typebox
`

const mayImport = new Map(
  [...table.matchAll(/^ +(\S+) +\| (.+)$/gm)].map(([, layer = '', known = '']) => [layer, known.split(', ')] as const)
)

/** `from '…'`, `import '…'`, `import('…')`, a worker's `new URL('…', import.meta.url)` and Node's own modules asked for by name. */
const imports = [
  /^(?:import|export)\b[^'"`]*? from '([^']+)'/gm,
  /^import '([^']+)'/gm,
  /\bimport\('([^']+)'\)/g,
  /\bnew URL\('(\.[^']+\.[jt]s)', import\.meta\.url\)/g,
  /\bgetBuiltinModule\S*\('([^']+)'\)/g
]

const top = fileURLToPath(new URL('../../..', import.meta.url))
const packages = readdirSync(posix.join(top, 'packages'))
const files = packages.flatMap((name) => {
  const src = `packages/${name}/src`
  const inside = readdirSync(posix.join(top, src), { recursive: true, encoding: 'utf8' })
  return inside.filter((path) => path.endsWith('.ts')).map((path) => `${src}/${path}`)
})

const specifiersIn = (file: string): string[] => {
  const text = readFileSync(posix.join(top, file), 'utf8')
  return imports.flatMap((form) => [...text.matchAll(form)].map(([, specifier = '']) => specifier))
}

/** The files of its own package that a file imports. */
const importsOf = (file: string): string[] =>
  specifiersIn(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file), specifier))

/** The row that a path of the sources (or of what was built from them) belongs to, or the path itself where there is none. */
function layerOf(path: string): string {
  const place = path.replace(/^packages\/([^/]+)\/(src|dist)\//, '$1/').replace(/\.[jt]s$/, '')
  const rows = [...mayImport.keys()].filter((row) => place === row || place.startsWith(`${row}/`))
  return rows.sort((a, b) => b.length - a.length)[0] ?? place
}

/** What `specifier` names, seen from a file: a layer, a module of Node or a library. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return layerOf(posix.join(posix.dirname(file), specifier))
  if (specifier.startsWith('node:')) return specifier
  const [, ours, library] = /^(?:@tertulia\/([^/]+)|((?:@[^/]+\/)?[^/]+))/.exec(specifier) ?? []
  return ours ?? library ?? specifier
}

function isAllowed(layer: string, wanted: string): boolean {
  const known = mayImport.get(layer) ?? []
  return wanted === layer || known.includes(wanted) || (known.includes('node:*') && /^node:(?!sqlite)/.test(wanted))
}

describe.each([...mayImport.keys()])('%s', (layer) => {
  const own = files.filter((file) => layerOf(file) === layer)

  test('is there', () => {
    expect(own).not.toEqual([])
  })

  test('imports only what its row allows', () => {
    const wrong = own.flatMap((file) => {
      return specifiersIn(file)
        .filter((specifier) => !isAllowed(layer, target(file, specifier)))
        .map((specifier) => `${file} imports ${specifier}`)
    })
    expect(wrong).toEqual([])
  })
})

test('every file has a row', () => {
  expect(files.filter((file) => !mayImport.has(layerOf(file)))).toEqual([])
})

test('no arrow points upwards: each row knows only rows below it', () => {
  const rows = [...mayImport.keys()]
  const upwards = rows.flatMap((row, place) =>
    (mayImport.get(row) ?? [])
      .filter((known) => rows.includes(known) && rows.indexOf(known) < place)
      .map((known) => `${row} knows ${known}, which is above it`)
  )
  expect(upwards).toEqual([])
})

test.each(['protocol', 'client', 'server'])(
  'no file of %s reaches itself through its imports, those of types included',
  (name) => {
    const imported = new Map(files.filter((file) => file.startsWith(`packages/${name}/`)).map((file) => [file, importsOf(file)]))
    const reaches = (file: string, goal: string, seen: Set<string>): boolean =>
      (imported.get(file) ?? []).some((next) => {
        if (next === goal) return true
        if (seen.has(next)) return false
        return reaches(next, goal, seen.add(next))
      })
    expect([...imported.keys()].filter((file) => reaches(file, file, new Set()))).toEqual([])
  }
)

test('the folder of plugins holds plugins alone', () => {
  const others = files
    .filter((file) => file.startsWith('packages/server/src/plugins/'))
    .filter((file) => !/ = fp(?:<.+>)?\(/.test(readFileSync(posix.join(top, file), 'utf8')))
  expect(others).toEqual([])
})

test('which back ends exist is known in one place, that main and the package open them through', () => {
  const knowing = (wanted: RegExp) =>
    [...mayImport].filter(([, known]) => known.some((layer) => wanted.test(layer))).map(([layer]) => layer)
  expect(knowing(/^server\/(stores|buses)\/./)).toEqual(['server/open-store', 'server/open-bus'])
  expect(knowing(/^server\/open-/)).toEqual(['server/index', 'server/main'])
})

test('an import that cannot be read is not made', () => {
  const computed = files.filter((file) => /\bimport\((?!')/.test(readFileSync(posix.join(top, file), 'utf8')))
  expect(computed).toEqual([])
})

test('the thread that writes loads no schemas: the library that makes them is half of its start', () => {
  const dist = (name: string) => posix.join(top, `packages/${name}/dist`)
  const [loaded, left] = [new Set<string>(), [posix.join(dist('server'), 'stores/sqlite/writer-thread.js')]]
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    const text = readFileSync(file, 'utf8')
    for (const [, specifier = ''] of imports.flatMap((form) => [...text.matchAll(form)])) {
      const [, ours, entry = 'index'] = /^@tertulia\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? []
      const path = specifier.startsWith('.')
        ? posix.join(posix.dirname(file), specifier)
        : ours && posix.join(dist(ours), `${entry}.js`)
      if (path && !loaded.has(path)) left.push(path)
      loaded.add(path || specifier)
    }
  }
  expect([...loaded].filter((name) => name.includes('typebox'))).toEqual([])
  expect(loaded).toContain(posix.join(dist('protocol'), 'limits.js'))
})

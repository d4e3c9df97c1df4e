import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { holdLayers, Layers, packages, specifiersIn, textOf, top } from './support/layers.ts'

/** See {@link Layers}. What is inside the command line has a table of its own. */
const table = `
  client/transports/node-http | client, node:*
  client               | protocol, eventsource-parser

  server/launch        | server/connections, server/failure, server/main
  server/index         | server/app, server/root-options, server/services, server/open-store, server/open-bus
  server/main          | server/failure, server/config, server/help-page, server/banner, server/program-words, server/outlet, server/terminal, server/usage-error, server/cannot-start, server/warnings, server/operate, server/operator, server/maintain, server/maintenance-words, server/open-store, server/start, server/version, node:*
  server/start         | server/connections, server/failure, server/config, server/banner, server/program-words, server/cannot-start, server/warnings, server/log, server/requests, server/terminal, server/operator, server/services, server/open-store, server/open-bus, server/engine-place, server/progress-line, server/waiting-line, server/served-certificate, server/serving, server/version, protocol, node:*
  server/cannot-start  |
  server/warnings      | node:*
  server/serving       | server/app, server/root-options, fastify
  server/open-store    | server/stores, server/stores/postgres, server/stores/sqlite, node:*
  server/open-bus      | server/buses, server/buses/local, server/buses/nats, server/buses/postgres, server/engine-place, node:*
  server/engine-place  |
  server/banner        | server/flags, server/connections, protocol, ipaddr.js, node:*
  server/waiting-line  | server/log, server/progress-line, node:*
  server/served-certificate | server/connections, server/log, node:*
  server/log           | server/flag-values, server/outlet, protocol, pino
  server/config        | server/connections, server/flags, server/flag-values, server/operator, server/operator-words, server/maintenance-words, server/usage-error, protocol, node:*
  server/help-page     | server/help-words
  server/help-words    | server/flags, protocol
  server/flags         | server/flag-values, protocol
  server/flag-values   | server/connections, server/requests, server/usage-error, protocol, ipaddr.js
  server/maintain      | server/maintenance-lines, server/maintenance-words, server/operate, server/operator, server/progress-line, server/stores, node:*
  server/maintenance-lines | server/stores
  server/maintenance-words | server/usage-error
  server/progress-line | node:*
  server/operate       | server/operator, server/services, server/stores, protocol, node:*
  server/operator-words | server/operator, server/usage-error, protocol
  server/usage-error   |
  server/operator      | server/services, protocol, node:*
  server/failure       | server/outlet, server/program-words
  server/outlet        | node:*
  server/terminal      | node:*
  server/program-words | node:*

  server/root-options  | server/connections, server/plugins, fastify
  server/app           | server/chat, server/connections, server/requests, server/pages, server/plugins, server/routes, server/services, server/stores, server/buses, server/version, protocol, fastify, node:*
  server/chat          | server/services, server/streams, server/feeds, server/stores, server/buses, protocol, fastify
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
  server/stores/postgres | server/stores, protocol, node:*, pg
  server/stores        | protocol
  server/buses/local   | server/buses, protocol
  server/buses/nats    | server/buses, protocol, @nats-io/transport-node
  server/buses/postgres | server/buses, protocol, pg, node:*
  server/buses         | protocol, node:*

  protocol             | @sinclair/typebox
`

const layers = new Layers(
  packages.filter((name) => name !== 'cli' && name !== 'web'),
  table
)
const { files, mayImport } = layers

holdLayers(layers)

test('the folder of plugins holds plugins alone', () => {
  const others = files
    .filter((file) => file.startsWith('packages/server/src/plugins/'))
    .filter((file) => !/ = fp(?:<.+>)?\(/.test(textOf(file)))
  expect(others).toEqual([])
})

test('which back ends exist is known in one place, that main and the package open them through', () => {
  const knowing = (wanted: RegExp) =>
    [...mayImport].filter(([, known]) => known.some((layer) => wanted.test(layer))).map(([layer]) => layer)
  expect(knowing(/^server\/(stores|buses)\/./)).toEqual(['server/open-store', 'server/open-bus'])
  expect(knowing(/^server\/open-/)).toEqual(['server/index', 'server/main', 'server/start'])
})

test('the thread that writes loads no schemas: the library that makes them is half of its start', () => {
  const dist = (name: string) => posix.join(top, `packages/${name}/dist`)
  const [loaded, left] = [new Set<string>(), [posix.join(dist('server'), 'stores/sqlite/writer-thread.js')]]
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    for (const specifier of specifiersIn(posix.relative(top, file))) {
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

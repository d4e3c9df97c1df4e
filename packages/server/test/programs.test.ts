import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { expect, test } from 'vitest'

/** Of the libraries, what each machine has an addon of its own of, and what only several nodes need. */
const elsewhere = ['@photostructure/sqlite', 'pg', '@nats-io/transport-node']

const server = new URL('../program/', import.meta.url)
const chat = readFileSync(new URL('../../cli/program/chat.mjs', import.meta.url), 'utf8')

test('the program of the server is whole: it loads nothing but its own files and Node', () => {
  const files = readdirSync(server)
  const imported = files
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, server), 'utf8').matchAll(
        /(?:^(?:import|export)\b[^"'\n]*|\b(?:import|require|getBuiltinModule)\()["']([^"'\n]+)["']/gm
      )
    ])
    .flatMap(([, module = '']) => module)
  expect(imported).toContain('node:fs')
  const isOurs = (module: string) => isBuiltin(module) || elsewhere.includes(module) || files.includes(module.replace('./', ''))
  expect(imported.filter((module) => !isOurs(module))).toEqual([])
})

test('the program of the server is small, and quick to read: ASCII, in a few files, without what it never uses of libraries', () => {
  const files = readdirSync(server).filter((file) => file.endsWith('.js'))
  const texts = files.map((file) => readFileSync(new URL(file, server), 'latin1'))
  // A start with a file reads no more than the first; the second is for PostgreSQL, NATS and what maintains a database.
  const isElsewhere = (file: string) => /^(?:nats|postgres|maint)/.test(file)
  const chars = (some: string[]) => some.reduce((sum, file) => sum + (texts[files.indexOf(file)] as string).length, 0)
  expect(files.length).toBeLessThanOrEqual(28)
  expect(chars(files.filter((file) => !isElsewhere(file)))).toBeLessThan(1_400_000)
  expect(chars(files.filter(isElsewhere))).toBeLessThan(230_000)
  expect(files.filter((_, i) => /[^\0-\x7f]/.test(texts[i] as string))).toEqual([])
  for (const absent of ['MissingRefError', 'ThreadStream']) expect(texts.join('')).not.toContain(absent)
})

test('chat is one file, which loads nothing but Node', () => {
  expect(readdirSync(new URL('../../cli/program/', import.meta.url))).toEqual(['chat.mjs'])
  expect(chat).not.toMatch(/^import /m)
  // Some of its parts are texts, in which a quotation mark is escaped.
  const required = [...chat.matchAll(/\brequire\(\\?["'`]([^"'`\\]+)/g)].map(([, module = '']) => module)
  const parts = [...chat.matchAll(/^'(\.\/[^']+)': [("]/gm)].map(([, part = '']) => part)
  expect(required).toContain('node:http')
  expect(parts).toContain('./send.js')
  expect(required.filter((module) => !isBuiltin(module) && !parts.includes(module))).toEqual([])
})

test('what the program took over from libraries keeps their licences', () => {
  const licences = readFileSync(new URL('../program/LICENSES.txt', import.meta.url), 'utf8')
  for (const library of ['fastify', 'pino', '@sinclair/typebox'])
    expect(licences).toMatch(new RegExp(`^(?:[^\n]+, )?${library}(?:, [^\n]+)?\n\n.*MIT`, 'ms'))
})

test('chat carries its own licence, and those of the libraries that are in it', () => {
  const [, notice = ''] = /\n\/\*!\n(.*)\n\*\/\n$/s.exec(chat) ?? []
  const own = readFileSync(new URL('../../../LICENSE', import.meta.url), 'utf8').trim()
  expect(notice.startsWith(`Tertulia\n\n${own}`)).toBe(true)
  const parts = notice.split('\n\n---\n\n')
  for (const library of ['@oclif/core', 'eventsource-parser', 'get-east-asian-width']) {
    const part = parts.find((each) => each.split('\n', 1)[0]?.split(', ').includes(library))
    expect(part, library).toMatch(/copyright/i)
    expect(part, library).toMatch(/Permission is hereby granted/)
  }
})

import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { expect, test } from 'vitest'

/** Of the libraries, what each machine has an addon of its own of. */
const elsewhere = ['@photostructure/sqlite']

test.each(['server', 'cli'])('the program of %s is whole: it loads nothing but its own files and Node', (name) => {
  const folder = new URL(`../../${name}/program/`, import.meta.url)
  const files = readdirSync(folder)
  const imported = files
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(/^(?:import|export)\b[^"'\n]*["']([^"'\n]+)["']/gm)
    ])
    .flatMap(([, module = '']) => module)
  expect(imported).toContain('node:fs')
  const isOurs = (module: string) => isBuiltin(module) || elsewhere.includes(module) || files.includes(module.replace('./', ''))
  expect(imported.filter((module) => !isOurs(module))).toEqual([])
})

test('what the program took over from libraries keeps their licences', () => {
  const licences = readFileSync(new URL('../program/LICENSES.txt', import.meta.url), 'utf8')
  for (const library of ['fastify', 'pino', '@sinclair/typebox'])
    expect(licences).toMatch(new RegExp(`^${library}\n\n.*MIT`, 'ms'))
})

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const top = fileURLToPath(new URL('../../..', import.meta.url))
const text = readFileSync(join(top, 'docs/security.md'), 'utf8')
const checks = [...text.matchAll(/^\| (\d+) \| (.*?) \| (.*) \|$/gm)].map(([, number, , held = '']) => ({
  number: Number(number),
  held
}))

test('docs/security.md has all checks, and each is held by a test or says why not', () => {
  expect(checks.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
  expect(checks.filter(({ held }) => !/ › “|^Does not apply: |^Not tested by code: /.test(held))).toEqual([])
})

/** A file, and the titles behind it. */
const named = checks.flatMap(({ held }) =>
  [...held.matchAll(/`([\w./-]+\.ts)` › ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']): [string, string] => [file, title])
  )
)

test.each(named)('%s › “%s” is there', (file, title) => {
  expect(existsSync(join(top, file))).toBe(true)
  const source = readFileSync(join(top, file), 'utf8')
  expect(['(', '[', ',', ':'].some((before) => new RegExp(`\\${before}\\s*['"\`]${escaped(title)}['"\`,]`).test(source))).toBe(
    true
  )
})

test('every title that is written there was looked for', () => {
  expect(named).toHaveLength([...text.matchAll(/“/g)].length - 1) // one explains how they are written
})

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

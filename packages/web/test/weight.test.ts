import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const assets = fileURLToPath(new URL('../dist/page/assets/', import.meta.url))

const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))

test('all scripts together, the worker included, are less than 60 KB', () => {
  expect(scripts.length).toBeGreaterThanOrEqual(2)
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(assets + name)).length, 0)
  expect(bytes).toBeLessThan(60 * 1024)
})

test('what the page and its worker both need travels once', () => {
  const withClient = scripts.filter((name) => readFileSync(assets + name, 'utf8').includes('text/event-stream'))
  expect(withClient).toHaveLength(1)
})

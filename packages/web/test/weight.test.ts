import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const assets = fileURLToPath(new URL('../dist/page/assets/', import.meta.url))

test('all scripts together, the worker included, are less than 60 KB', () => {
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
  expect(scripts.length).toBeGreaterThanOrEqual(2)
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(assets + name)).length, 0)
  expect(bytes).toBeLessThan(60 * 1024)
})

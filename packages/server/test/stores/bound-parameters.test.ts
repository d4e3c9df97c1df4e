import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../src/stores/sqlite', import.meta.url))

test('no statement is put together from values: they are bound, but for settings and changes of the schema', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const built = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\.(?:prepare|exec)\(\s*`([^`]*\$\{[^`]*)`/g)]
      .map(([, statement = '']) => statement)
      .filter((statement) => !statement.startsWith('PRAGMA ') && !file.startsWith('migrations/'))
      .map((statement) => `${file}: ${statement}`)
  )
  expect(files.length).toBeGreaterThan(10)
  expect(built).toEqual([])
})

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const top = fileURLToPath(new URL('../../../../', import.meta.url))
const table = readFileSync(`${top}deploy/README.md`, 'utf8')

test('deploy/README.md names every file, and each test that tries one', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'deploy'], {
    cwd: top,
    encoding: 'utf8'
  })
  const named = new Set([...table.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => `deploy/${link}`))
  const left = files
    .trim()
    .split('\n')
    .filter((file) => file !== 'deploy/README.md' && !named.has(file))
  expect(left).toEqual([])
  const tests = [...table.matchAll(/`(packages\/[^`]+)`/g)].map(([, path]) => path)
  expect(tests.length).toBeGreaterThan(3)
  for (const path of tests) expect([path, existsSync(`${top}${path}`)]).toEqual([path, true])
})

import { expect, test } from 'vitest'
import { documentText, holdNamedTests } from './support/named-tests.ts'

const checks = [...documentText('docs/security.md').matchAll(/^\| (\d+) \| (.*?) \| (.*) \|$/gm)].map(
  ([, number, , held = '']) => ({
    number: Number(number),
    held
  })
)

test('docs/security.md has all checks, and each is held by a test or says why not', () => {
  expect(checks.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
  expect(checks.filter(({ held }) => !/ › “|^Does not apply: |^Not tested by code: /.test(held))).toEqual([])
})

holdNamedTests('docs/security.md')

import { expect, test } from 'vitest'
import { documentText, holdNamedTests } from './support/named-tests.ts'

test('docs/guarantees.md has all nine promises, and each is held by a test', () => {
  const promises = [...documentText('docs/guarantees.md').matchAll(/^\| G(\d) \| .* › “.* \|$/gm)].map(([, number]) => number)
  expect(promises.join('')).toBe('123456789')
})

holdNamedTests('docs/guarantees.md')

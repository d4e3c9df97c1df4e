import { expect, test } from 'vitest'
import { documentText, holdNamedTests } from './support/named-tests.ts'

test('docs/guarantees.md has all nine promises, and each is held by a test', () => {
  const promises = [...documentText('docs/guarantees.md').matchAll(/^\| G(\d) \| .* › “.* \|$/gm)].map(([, number]) => number)
  expect(promises.join('')).toBe('123456789')
})

test('whatever may break is told with what people see and what to do, and each is held by a test', () => {
  const [, section = ''] = /## What happens when something breaks\n([\s\S]*?)\n## /.exec(documentText('docs/guarantees.md')) ?? []
  const rows = section.match(/^\| .*$/gm)?.filter((row) => !row.startsWith('| What breaks')) ?? []
  expect(rows.length).toBeGreaterThan(10)
  for (const row of rows) expect(row).toMatch(/^\| [^|]+ \| [^|]+ \| [^|]+ \| `[^|]+ › “[^|]+ \|$/)
})

holdNamedTests('docs/guarantees.md')

import { readFileSync } from 'node:fs'
import { problems } from '@tertulia/protocol'
import { expect, test } from 'vitest'

test('docs/http.md tells every problem, beside its status', () => {
  const text = readFileSync(new URL('../../../docs/http.md', import.meta.url), 'utf8')
  const rows = new Map([...text.matchAll(/^\| (\d{3}) \| (.*) \|/gm)].map(([, status, when]) => [Number(status), when]))
  for (const [code, { status }] of Object.entries(problems))
    expect([code, rows.get(status)]).toEqual([code, expect.stringContaining(`\`${code}\``)])
})

import { expect, test } from 'vitest'
import { compiledOnce } from '../../src/requests/compiled-once.ts'

test('a schema is compiled when a value first needs it, and once for every route that has the same', () => {
  const compiled: unknown[] = []
  const writer = compiledOnce((schema: { type: string }) => {
    compiled.push(schema)
    return (value: unknown) => `${schema.type} ${value}`
  })
  const [one, same, other] = [writer({ type: 'string' }), writer({ type: 'string' }), writer({ type: 'null' })]
  expect(compiled).toEqual([])
  expect([one('a'), one('b'), same('c'), other('d')]).toEqual(['string a', 'string b', 'string c', 'null d'])
  expect(compiled).toEqual([{ type: 'string' }, { type: 'null' }])
})

import type { TSchema } from '@sinclair/typebox'
import { describe, expect, test } from 'vitest'
import { LogEvent, logEvents } from '../src/events.ts'
import { schemas } from '../src/schemas.ts'

const named = schemas.map((schema: TSchema) => [schema.$id ?? '', schema] as const)
const names = named.map(([name]) => name)

/** Every name that a schema refers to, at any depth. */
function refs(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = '$ref' in schema ? [String(schema.$ref)] : []
  return [...own, ...Object.values(schema).flatMap(refs)]
}

test('every schema is listed once, under its own name', () => {
  expect(names).not.toContain('')
  expect(new Set(names).size).toBe(names.length)
})

describe.each(named)('%s', (name, schema) => {
  test('refers only to schemas that are listed', () => {
    expect(names).toEqual(expect.arrayContaining(refs(schema)))
  })

  test('is closed if it is an input, open if it is an answer', () => {
    const isInput = /^New[A-Z]|Changes$/.test(name)
    expect(schema.additionalProperties).toBe(isInput ? false : undefined)
  })
})

test('a log event is one of the events, and each of them is listed', () => {
  expect(refs(LogEvent)).toEqual(Object.values(logEvents).map((schema) => schema.$id))
})

test.each(Object.entries(logEvents))('%s is the type of the schema it names', (type, schema) => {
  expect(schema.properties.type.const).toBe(type)
})

import { schemas } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import * as shapes from '../src/answer-shapes.ts'
import { sent } from './support/examples.ts'

const examplesOf = (name: string): unknown[] => schemas.find(({ $id }) => $id === name)?.examples as unknown[]
const nameOf = (shape: string) => shape.replace(/^./, (letter) => letter.toUpperCase())

const ofSchemas = Object.entries(shapes).filter(([name]) => name !== 'streamNote' && name !== 'exportLine')

test.each(ofSchemas)('%s fits the examples of the contract, and nothing that others answer with', (name, fits) => {
  expect(examplesOf(nameOf(name)).filter((example) => !fits(example))).toEqual([])
  for (const other of [undefined, null, 5, 'ana', true, [], {}, { status: 7 }, { error: 'not found' }])
    expect(fits(other)).toBe(false)
})

test.each(ofSchemas.filter(([name]) => name !== 'logEvent'))(
  '%s asks for nothing that the contract does not promise',
  (name, fits) => {
    const schema = schemas.find(({ $id }) => $id === nameOf(name)) as { required?: string[] }
    for (const example of examplesOf(nameOf(name)) as Record<string, unknown>[]) {
      const promised = Object.fromEntries(Object.entries(example).filter(([member]) => schema.required?.includes(member)))
      expect(fits(promised)).toBe(true)
    }
  }
)

test('an event of a type that is not known passes, for readers skip it; one that is known has its members', () => {
  expect(shapes.logEvent({ type: 'reaction.added' })).toBe(true)
  expect(shapes.logEvent({ ...sent(7), message: { id: 7 } })).toBe(false)
  expect(shapes.logEvent({ seq: 7 })).toBe(false)
  expect(shapes.streamNote({ type: 'ready', room: 'general' })).toBe(false)
  expect(shapes.streamNote({ type: 'goodbye', retryMs: 'soon' })).toBe(true)
  expect(shapes.exportLine({ type: 'end' })).toBe(false)
  expect(shapes.exportLine({ type: 'poll', title: 'lunch?' })).toBe(true)
  expect(shapes.logEvent({ type: 'toString' })).toBe(true)
})

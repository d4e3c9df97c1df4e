import { expect, test } from 'vitest'
import { Batch, type Group } from '../../src/stores/sqlite/batch.ts'
import { fromCrossing, toCrossing } from '../../src/stores/sqlite/crossing.ts'
import { DatabaseByHand } from './support/database-by-hand.ts'

const once = { key: 'k', fingerprint: new Uint8Array(32) }
const send = { kind: 'send', actor: 1, room: 'general', text: 'hello', atMs: 1 } as const

test('what a batch says arrives at the other thread as it was said', () => {
  const { wal, db } = DatabaseByHand.make()
  const groups: Group[] = [
    [{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs: 0 }],
    [send], // joins
    [{ ...send, once }],
    [{ ...send, once }], // again
    [send, { ...send, text: 'and more' }],
    [{ kind: 'edit', actor: 1, room: 'general', id: 3, text: 'hello, you', atMs: 2 }],
    [{ ...send, room: 'none' }],
    [{ kind: 'leave', actor: 1, room: 'general', member: 'ana', atMs: 3 }],
    [{ ...send, text: undefined as unknown as string }] // cannot be kept: each is carried out alone
  ]
  const said = new Batch(wal, 'epoch', db).run(groups)
  const arrived = said.map((outcome, i) => fromCrossing(structuredClone(toCrossing(outcome)), groups[i] ?? []))
  expect(arrived).toEqual(said)
  expect(said.filter((outcome) => Array.isArray(toCrossing(outcome)))).toHaveLength(1)
})

import { expect, test } from 'vitest'
import { StorageFaults } from '../../src/services/storage-faults.ts'
import { StoreError } from '../../src/stores/store.ts'

function watched() {
  const lines: [string, object][] = []
  const clock = { ms: 0 }
  const note = (facts: object, happening: string) => void lines.push([happening, facts])
  return { lines, clock, faults: new StorageFaults({ error: note, warn: note }, () => clock.ms) }
}

const full = new StoreError('storage-full', 'database or disk is full')

test('a thousand requests that one fault refuses are one line at its beginning and one at its end, with their count', () => {
  const { lines, clock, faults } = watched()
  for (let n = 0; n < 1_000; n++) {
    expect(faults.noted(full)).toBe(true)
    faults.written() // what is small may still fit
    clock.ms += 100
  }
  expect(lines).toEqual([
    [expect.stringContaining('the disk is full'), { code: 'storage-full', reason: 'database or disk is full' }]
  ])
  clock.ms += 60_000
  faults.written()
  faults.written()
  expect(lines.slice(1)).toEqual([['the storage works again', { code: 'storage-full', refused: 1_000 }]])
})

test('each kind of fault is told by itself, and what is none is left to others', () => {
  const { lines, faults } = watched()
  faults.noted(full)
  faults.noted(new StoreError('storage-failed', 'disk I/O error'))
  expect(faults.noted(new Error('a mistake of ours'))).toBe(false)
  expect(lines).toHaveLength(2)
})

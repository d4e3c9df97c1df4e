import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Drafts } from '../../src/state/drafts.ts'

/** A storage, whose keys are its own as those of a browser's are. */
class Storage {
  [key: string]: unknown
  getItem(key: string): unknown {
    return Object.hasOwn(this, key) ? this[key] : null
  }
  setItem(key: string, value: string): void {
    this[key] = value
  }
  removeItem(key: string): void {
    delete this[key]
  }
}

beforeEach(() => {
  vi.stubGlobal('localStorage', new Storage())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('who signs out leaves no draft behind, and those of others alone', () => {
  const ana = new Drafts('https://chat.example.com ana')
  const luis = new Drafts('https://chat.example.com luis')
  ana.set('ops', 'between us')
  ana.set('general', 'later')
  luis.set('ops', 'mine')
  ana.clear()
  expect([ana.get('ops'), ana.get('general'), luis.get('ops')]).toEqual(['', '', 'mine'])
})

import { expect, test } from 'vitest'
import { length } from '../../server/test/support/test-length.ts'
import { nameFault } from '../src/name-fault.ts'
import { nameKey } from '../src/name-key.ts'
import { spellingsOf } from './support/spellings.ts'

/** Every letter, mark and digit that this engine knows; in the short form, one in seven code points is looked at. */
function* everyLetter(): Generator<string> {
  for (let code = 0x21; code <= 0x10ffff; code += length({ short: 7, long: 1 })) {
    const letter = String.fromCodePoint(code)
    if (/[\p{L}\p{M}\p{Nd}]/u.test(letter)) yield letter
  }
}

const codeOf = (letter: string) => letter.codePointAt(0)?.toString(16)

test('a letter of any script can be a name', () => {
  const refused = [...everyLetter()].filter((letter) => nameFault(letter)?.includes('mix scripts'))
  expect(refused.map(codeOf)).toEqual([])
})

test('a name has one key in every form and case, and it is its own key, whatever letter it has', () => {
  const unstable = [...everyLetter()].filter((letter) => {
    const key = nameKey(`i${letter}`)
    return spellingsOf(`i${letter}`).some((spelling) => nameKey(spelling) !== key)
  })
  expect(unstable.map(codeOf)).toEqual([])
})

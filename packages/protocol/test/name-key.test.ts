import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameFault } from '../src/name-fault.ts'
import { nameKey } from '../src/name-key.ts'
import { spellingsOf } from './support/spellings.ts'

/** Characters that a reader of this file could not see are written by number. */
const char = String.fromCodePoint

describe('spellings are one name when they differ only in', () => {
  test.each([
    ['case', 'ana', 'Ana', 'ANA', 'aNa'],
    ['composition', 'josé', 'José'.normalize('NFC'), 'José'.normalize('NFD')],
    ['width', 'ana', 'ａｎａ', 'ＡＮＡ'],
    ['a ligature', 'fiona', 'ﬁona', 'FIONA'],
    ['a long s', 'sam', 'ſam', 'SAM'],
    ['the Kelvin sign', 'karl', `${char(0x212a)}arl`, 'KARL'],
    ['half-width Kana', 'カタカナ', 'ｶﾀｶﾅ'],
    ['a sharp s', 'strasse', 'straße', 'STRASSE', 'STRAẞE', 'Straße'],
    ['a sigma at the end', 'σας', 'σασ', 'ΣΑΣ', 'Σας'],
    ['a dot on the i', 'admin', 'admın', 'ADMIN', 'ADMİN', 'admi̇n', 'Admİn'],
    ['a dot on a j', 'jan', 'j̇an', 'JAN'],
    ['an iota below', 'αι', 'ᾳ', 'ΑΙ', 'ᾼ'],
    ['one of two Cyrillic forms', 'вод', `${char(0x1c80)}од`, 'ВОД'],
    ['Cherokee case', 'ꮳꮃꭹ', 'ᏣᎳᎩ'],
    ['Georgian case', 'ქეთი', 'ᲥᲔᲗᲘ'],
    ['two letters in one', 'džem', `${char(0x1c6)}em`, `${char(0x1c5)}em`, `${char(0x1c4)}EM`]
  ])('%s', (_, ...spellings) => {
    expect(new Set(spellings.map(nameKey)).size).toBe(1)
  })
})

test.each([
  ['an accent', 'jose', 'josé'],
  ['a tilde', 'nandu', 'ñandú'],
  ['another vowel', 'muller', 'müller'],
  ['a stroke', 'lodz', 'łódz']
])('%s makes another name', (_, one, other) => {
  expect(nameKey(one)).not.toBe(nameKey(other))
})

test('every name has one key in every form and case, and it is its own key', () => {
  const letters = [...'aIıİiσςΣßẞſﬁᾳǅéñ\u0301\u0307\u0323\u0345漢カｶ한٣.-_']
  const name = fc.array(fc.constantFrom(...letters), { maxLength: 8, minLength: 1 }).map((chosen) => chosen.join(''))
  fc.assert(
    fc.property(
      name.filter((each) => nameFault(each) === undefined),
      (each) => {
        for (const form of spellingsOf(each)) expect(nameKey(form)).toBe(nameKey(each))
      }
    ),
    { numRuns: 2_000 }
  )
})

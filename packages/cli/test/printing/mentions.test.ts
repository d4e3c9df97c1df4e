import { expect, test } from 'vitest'
import { mentionOf } from '../../src/printing/mentions.ts'

test.each([
  ['luis', '@luis ¿me lees?', true],
  ['luis', 'hola, Luis.', true],
  ['luis', '¡LUIS!', true],
  ['luis', 'a luisa', false],
  ['luis', 'luis-2 y luis_3', false],
  ['luis', 'luis.es', false],
  ['luis', 'mail@luis', false],
  ['luis', '', false],
  ['a', 'voy a casa', false],
  ['a', 'hola @a', true],
  ['build-118', 'ya está build-118, creo', true],
  ['a.b_c-d', '@a.b_c-d', true],
  ['axb', 'a.b', false],
  ['ñandú', 'el NANDU', false],
  ['ñandú', 'el n\u0303andu\u0301', true],
  ['straße', 'hola, STRASSE', true],
  ['漢字', '@漢字 は', true]
])('%s in “%s”: %s', (name, text, expected) => {
  expect(mentionOf(name)(text)).toBe(expected)
})

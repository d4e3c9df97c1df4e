import { expect, test } from 'vitest'
import { nearestWord } from '../../src/failing/nearest-word.ts'

const words = ['send', 'search', 'join', 'rooms', 'history', 'who', 'whoami', 'help']

test.each([
  ['sned', 'send'],
  ['sed', 'send'],
  ['seend', 'send'],
  ['SEND', 'send'],
  ['jion', 'join'],
  ['serach', 'search'],
  ['hist', 'history'],
  ['whomai', 'whoami'],
  ['who', 'who'],
  ['wo', undefined],
  ['hola', undefined],
  ['s', undefined],
  ['', undefined],
  ['tokens', undefined]
])('“%s” was probably meant to be %s', (typed, word) => {
  expect(nearestWord(typed, words)).toBe(word)
})

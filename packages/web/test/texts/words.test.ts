import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { refusals } from '../../src/texts/refusals.ts'
import { count, fill, languageOf, languages } from '../../src/texts/words.ts'

const placeholders = (phrase: string): string[] => (phrase.match(/\{\w+\}/g) ?? []).sort()

test('both languages say the same things, with the same in them', () => {
  expect(Object.keys(languages.en).sort()).toEqual(Object.keys(languages.es).sort())
  const different = (Object.keys(languages.en) as (keyof typeof languages.en)[]).filter((key) => {
    const [en, es] = [languages.en[key], languages.es[key]].map((phrase) => (typeof phrase === 'string' ? phrase : phrase.other))
    return en === undefined || es === undefined || placeholders(en).join() !== placeholders(es).join()
  })
  expect(different).toEqual([])
})

test('what belongs into a phrase is put there as it is', () => {
  expect(fill('{name} invites you to {room}.', { name: '{room}', room: '$&' })).toBe('{room} invites you to $&.')
})

test('one is counted otherwise than many, and a million in Spanish too', () => {
  expect([1, 2].map((n) => count(languages.en.newMessages, n, 'en'))).toEqual(['1 new message', '2 new messages'])
  expect(count(languages.es.newMessages, 1_000_000, 'es')).toMatch(/^1.000.000 mensajes nuevos$/)
})

test.each([
  ['es-MX', 'es'],
  ['ES', 'es'],
  ['pt-BR', 'en'],
  [null, 'en']
])('a browser in %s reads %s', (asked, language) => {
  expect(languageOf(asked)).toBe(language)
})

test('every phrase is said somewhere', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url))
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const sources = files.map((file) => readFileSync(src + file, 'utf8')).join('\n')
  const unsaid = Object.keys(languages.en).filter((key) => !new RegExp(`(?:said|words|words\\(\\))\\.${key}\\b`).test(sources))
  expect(unsaid).toEqual([])
})

test('in Spanish nobody is spoken of as a man', () => {
  const phrases = JSON.stringify([languages.es, refusals.es])
  expect(phrases.match(/dueñ[oa]s?|moderador|vetados?\b|nuevo aquí/gi)).toBeNull()
})

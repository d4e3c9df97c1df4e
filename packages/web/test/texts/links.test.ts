import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Part, partsOf, speaksTo } from '../../src/texts/links.ts'

const links = (text: string): string[] => partsOf(text).flatMap((part) => ('href' in part ? [part.text] : []))
const written = (part: Part): string => {
  if ('mention' in part) return `@${part.mention}`
  return 'code' in part ? part.open + part.code + part.close : part.text
}

test.each([
  ['see http://192.168.1.20:1543.', ['http://192.168.1.20:1543']],
  ['(https://example.org/a_(b))', ['https://example.org/a_(b)']],
  ['<https://example.org/>, y «https://example.org/ñandú»', ['https://example.org/', 'https://example.org/ñandú']],
  ['HTTPS://EXAMPLE.ORG/x?a=1&b=2#c!', ['HTTPS://EXAMPLE.ORG/x?a=1&b=2#c']],
  ['a\nhttp://example.org\nb', ['http://example.org']]
])('%j has the links %j', (text, found) => {
  expect(links(text)).toEqual(found)
})

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'xhttp://example.org',
  'http://',
  'http:///nothing',
  'https://[::1',
  'vbscript:x http//example.org'
])('%j has none', (text) => {
  expect(links(text)).toEqual([])
})

test('an address ends where it would hide or turn what follows', () => {
  expect(links('https://example.org/\u202egro.elpmaxe')).toEqual(['https://example.org/'])
  expect(links('https://example.org/\u200b.evil')).toEqual(['https://example.org/'])
})

test('whatever the text, all of it is there, and what opens is http', () => {
  const pieces = fc.constantFrom(
    'http://',
    'https://a.b',
    '@',
    'ana',
    '.',
    '(',
    ')',
    ' ',
    '\n',
    'javascript:',
    '\u202e',
    '<',
    '`',
    '```',
    '"',
    'é',
    '💬'
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 30 }), (parts) => {
      const text = parts.join('')
      const found = partsOf(text)
      expect(found.map(written).join('')).toBe(text)
      for (const part of found) if ('href' in part) expect(part.href).toMatch(/^https?:\/\/[^\s]+$/)
    })
  )
})

test('who is spoken to is found by name, in any case, and not inside an address of mail', () => {
  expect(partsOf('hola @Ana, ¿y @luis.?')).toEqual([
    { text: 'hola ' },
    { mention: 'Ana' },
    { text: ', ¿y ' },
    { mention: 'luis' },
    { text: '.?' }
  ])
  expect([speaksTo('¿@ANA?', 'ana'), speaksTo('@ana.', 'ana'), speaksTo('a@ana.org', 'ana'), speaksTo('@anabel', 'ana')]).toEqual(
    [true, true, false, false]
  )
})

test('code speaks to nobody and leads nowhere', () => {
  const text = '`@ana` y\n```\n@ana https://example.org\n```\n'
  expect(speaksTo(text, 'ana')).toBe(false)
  expect(links(text)).toEqual([])
  expect(speaksTo(`${text}@ana`, 'ana')).toBe(true)
  expect(speaksTo('https://example.org/@ana', 'ana')).toBe(false)
})

import { signInLink } from '@tertulia/protocol/page-link'
import { describe, expect, test } from 'vitest'
import { bare, type Look } from '../../src/printing/look.ts'
import { qrLines } from '../../src/printing/qr-code.ts'
import { scan } from '../support/scanner.ts'

const code = 'K7QF29XMHB4T0RZC8W6VDN3GYE'
const link = signInLink('http://203.0.113.9:1543', code)
const of = (colours: Look['colours']): Look => ({ ...bare, colours })

describe.each([0, 255])('on a terminal whose background is %i', (background) => {
  test.each<[string, { columns: number; rows: number }, Look['colours']]>([
    [link, { columns: 80, rows: 24 }, 256],
    [link, { columns: 80, rows: 24 }, 16],
    [link, { columns: 42, rows: 22 }, 256],
    [link, { columns: 38, rows: 20 }, 256],
    [signInLink('https://tertulia.example.org/chat', code), { columns: 80, rows: 24 }, 256],
    [signInLink('http://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:1543', code), { columns: 80, rows: 24 }, 256]
  ])('%s can be scanned, in %o, with %i colours', async (text, size, colours) => {
    const lines = qrLines(text, size, of(colours)) ?? []
    // Above the prompt of a shell.
    expect(await scan(`${lines.join('\r\n')}\r\n$ `, { ...size, background })).toBe(text)
  })
})

test('it is not drawn where it would not be seen whole, nor without colours', () => {
  expect(qrLines(link, { columns: 40, rows: 10 }, of(256))).toBeUndefined()
  expect(qrLines(link, { columns: 37, rows: 24 }, of(256))).toBeUndefined()
  expect(qrLines(link, { columns: 80, rows: 19 }, of(256))).toBeUndefined()
  expect(qrLines(link, { columns: 80, rows: 24 }, of(0))).toBeUndefined()
})

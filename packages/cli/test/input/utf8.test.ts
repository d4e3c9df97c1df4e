import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NotUtf8, Utf8Reader, utf8Text } from '../../src/input/utf8.ts'

/** What is read, piece by piece, or where it stops. */
function read(...pieces: Uint8Array[]): string | { position: number; line: number; byte: number } {
  const reader = new Utf8Reader()
  try {
    const text = pieces.map((piece) => reader.read(piece)).join('')
    reader.end()
    return text
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error
    const { position, line, byte } = error
    return { position, line, byte }
  }
}

test('any text is read as it was written, in pieces of any size', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
      const bytes = Buffer.from(`x${text}`)
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
      expect(read(...pieces)).toBe(`x${text}`)
    })
  )
})

test('other bytes are refused exactly where a strict decoder refuses them', () => {
  const decodes = (bytes: Uint8Array) => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      return undefined
    }
  }
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(...['é', '漢', '😀', '\n'].map((text) => Buffer.from(text)))
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const bytes = Buffer.concat([Buffer.from('x'), ...pieces])
      const found = read(bytes.subarray(0, 3), bytes.subarray(3))
      if (typeof found === 'string') {
        expect(found).toBe(decodes(bytes))
        return
      }
      const before = decodes(bytes.subarray(0, found.position - 1))
      expect(before).toBeDefined()
      expect(found).toMatchObject({ byte: bytes[found.position - 1], line: before?.split('\n').length })
      for (let end = found.position; end <= bytes.length; end++)
        expect(decodes(bytes.subarray(found.position - 1, end))).toBeUndefined()
    })
  )
})

test.each([
  ['caf\xe9', { position: 4, line: 1, byte: 0xe9 }],
  ['uno\ndos\nma\xf1ana\n', { position: 11, line: 3, byte: 0xf1 }],
  ['\xff\xfeh\0', { position: 1, line: 1, byte: 0xff }],
  ['\xc0\x80', { position: 1, line: 1, byte: 0xc0 }],
  ['x\xed\xa0\x80', { position: 2, line: 1, byte: 0xed }]
])('%j stops there', (bytes, where) => {
  expect(read(Buffer.from(bytes, 'latin1'))).toEqual(where)
  expect(read(...Array.from(bytes, (byte) => Buffer.from(byte, 'latin1')))).toEqual(where)
})

test('a byte order mark counts at the beginning only', () => {
  expect(utf8Text(Buffer.from('\ufeffhola\ufeff'))).toBe('hola\ufeff')
  expect(read(Buffer.from([0xef]), Buffer.from([0xbb]), Buffer.from([0xbf, 0x68]))).toBe('h')
})

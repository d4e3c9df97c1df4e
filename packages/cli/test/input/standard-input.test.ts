import { Readable } from 'node:stream'
import { textCharsMax } from '@tertulia/protocol/limits'
import { expect, test } from 'vitest'
import { fit, type InputOptions, textsOfInput } from '../../src/input/standard-input.ts'

const read = (chunks: (string | Buffer)[], options: InputOptions = {}) =>
  textsOfInput(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), options)

/** The same piece again and again, as from `yes`, and how many of them were taken. */
function endless(piece: string) {
  const taken = { pieces: 0, ended: false }
  async function* input() {
    try {
      for (; ; taken.pieces++) yield Buffer.from(piece)
    } finally {
      taken.ended = true
    }
  }
  return { input: input(), taken }
}

const numbered = Array.from({ length: 2_000 }, (_, at) => `line ${at}`)

test('newlines at the end do not count, those of Windows become ours', async () => {
  expect(await read(['one\r\ntwo\r\n\n'])).toEqual(['one\ntwo'])
})

test('a character may arrive in two pieces', async () => {
  const bytes = Buffer.from('ñandú')
  expect(await read([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual(['ñandú'])
})

test('colours are dropped, unless they are wanted', async () => {
  expect(await read(['\x1b[31mred\x1b[0m'])).toEqual(['red'])
  expect(await read(['\x1b[31mred\x1b[0m'], { raw: true })).toEqual(['\x1b[31mred\x1b[0m'])
})

test('nothing is not sent', async () => {
  await expect(read([' \n\n'])).rejects.toMatchObject({ exit: 'usage' })
})

test('over-long input is refused with its size and what can be done', async () => {
  await expect(read(['😀'.repeat(textCharsMax)])).resolves.toHaveLength(1)
  await expect(read(['x'.repeat(5_120)])).rejects.toThrow(/has more than 4000 characters, .* --tail .* --split/)
  expect(() => fit('x'.repeat(5_120), {})).toThrow(/has 5120 characters; a message can have at most 4000\. Use --tail .* --split/)
})

test('colours and newlines at the end make nothing over-long, in whatever pieces they come', async () => {
  const coloured = '\x1b[38;5;196mx\x1b[0m'.repeat(textCharsMax)
  const pieces = coloured.match(/.{1,7}/gs) ?? []
  expect(await read([...pieces, '\n'.repeat(1_000)])).toEqual(['x'.repeat(textCharsMax)])
})

test.each([
  ['y\n', {}, /more than 4000 characters/],
  ['y\n', { split: true }, /too long for 100 messages/],
  ['\n', {}, /was empty/],
  ['\x1b[31m', {}, /was empty/]
])('input that never ends (%j, %j) is not read any further than it could be sent', async (piece, options, words) => {
  const { input, taken } = endless(piece.repeat(1_000))
  await expect(textsOfInput(input, options)).rejects.toThrow(words)
  expect(taken.ended).toBe(true)
  expect(taken.pieces).toBeLessThan(2_000)
})

test('what is not UTF-8 is refused, with its place and how to convert it', async () => {
  await expect(read([Buffer.from('uno\ncaf\xe9', 'latin1')])).rejects.toMatchObject({
    exit: 'usage',
    message:
      'Standard input is not UTF-8 (byte 8, in line 2, is 0xE9); nothing was sent. ' +
      'Convert it, for example: iconv -f ISO-8859-1 -t UTF-8 FILE | chat send -'
  })
  await expect(read([Buffer.from('\ufeffhola', 'utf16le')])).rejects.toThrow('iconv -f UTF-16 -t UTF-8')
  await expect(read([Buffer.from('x'.repeat(100_000)), Buffer.from([0xff])], { tail: true })).rejects.toThrow('byte 100001')
})

test('a byte order mark is no text', async () => {
  expect(await read(['\ufeffhola'])).toEqual(['hola'])
})

test('U+FFFD that was meant is kept', async () => {
  expect(await read(['a\ufffdb'])).toEqual(['a\ufffdb'])
})

test('--tail keeps the end also above many empty lines', async () => {
  const newlines = Array.from({ length: 100 }, () => '\n'.repeat(1_000))
  expect(await read(['x'.repeat(50_000), 'the end', ...newlines], { tail: true })).toEqual([
    `${'x'.repeat(textCharsMax - 7)}the end`
  ])
})

test('--tail keeps the end, in whole lines', async () => {
  const [text = ''] = await read(
    numbered.map((line) => `${line}\n`),
    { tail: true }
  )
  const lines = text.split('\n')
  expect(lines).toEqual(numbered.slice(-lines.length))
  expect(text.length).toBeLessThanOrEqual(textCharsMax)
  expect(text.length).toBeGreaterThan(textCharsMax - 20)
})

test('--tail keeps the end of a line that is too long by itself', () => {
  expect(fit(`a${'x'.repeat(textCharsMax)}`, { tail: true })).toEqual(['x'.repeat(textCharsMax)])
})

test('--split sends everything, cut between lines', () => {
  const texts = fit(numbered.join('\n'), { split: true })
  expect(texts.join('\n')).toBe(numbered.join('\n'))
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(textCharsMax)
  const long = 'y'.repeat(textCharsMax * 2 + 1)
  expect(fit(long, { split: true }).map(({ length }) => length)).toEqual([textCharsMax, textCharsMax, 1])
})

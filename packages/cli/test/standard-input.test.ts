import { Readable } from 'node:stream'
import { textCharsMax } from '@tertulia/protocol/limits'
import { expect, test } from 'vitest'
import { fit, type InputOptions, textsOfInput } from '../src/standard-input.ts'

const read = (chunks: (string | Buffer)[], options: InputOptions = {}) =>
  textsOfInput(Readable.from(chunks, { objectMode: false }) as NodeJS.ReadStream, options)

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
  await expect(read(['x'.repeat(5_120)])).rejects.toThrow(/has 5120 characters; a message has at most 4000\. --tail .* --split/)
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

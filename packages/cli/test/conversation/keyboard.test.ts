import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { listenToKeys, type Stroke } from '../../src/conversation/keyboard.ts'

/** What is heard when these bytes arrive, each piece by itself, until Enter has come so many times. */
async function heard(pieces: (string | Buffer)[], enters = 1): Promise<Stroke[]> {
  const input = new PassThrough()
  const strokes: Stroke[] = []
  await new Promise<void>((resolve) => {
    let left = enters
    listenToKeys(input as unknown as NodeJS.ReadStream, (stroke) => {
      strokes.push(stroke)
      if (stroke.type === 'enter' && --left === 0) resolve()
    })
    for (const piece of pieces) input.write(piece)
  })
  return strokes
}

test('letters of any script, in one piece or several', async () => {
  const strokes = await heard(['hola', ' ñ漢😀\r'])
  expect(strokes.map((stroke) => ('text' in stroke ? stroke.text : stroke.type)).join('')).toBe('hola ñ漢😀enter')
})

test('the keys that do something', async () => {
  const strokes = await heard(['\x7f\b\x15\x03\x04\x1a\r\n'], 2)
  expect(strokes.map(({ type }) => type)).toEqual(['erase', 'erase', 'clear', 'interrupt', 'end', 'suspend', 'enter', 'enter'])
})

test('arrows, function keys, Tab and other control characters are nothing', async () => {
  expect(await heard(['\x1b[A\x1b[D\x1bOP\x1b[3~\t\x0c\x01\x1bx\r'])).toEqual([{ type: 'enter' }])
})

test('a paste is one stroke, without control characters', async () => {
  const strokes = await heard(['\x1b[200~uno\rdos\t\x1b[31m', 'tres\r\n\x1b[201~\r'])
  expect(strokes).toEqual([{ type: 'paste', text: 'uno\ndos  [31mtres\n' }, { type: 'enter' }])
})

test('bytes that are not UTF-8 are no text, and are told; what was typed beside them stays', async () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1')
  const strokes = await heard([
    latin1('caf\xe9'),
    'x',
    latin1('\x1b[200~ma\xf1ana\x1b[201~'),
    '\x1b[200~a\ufffdb\x1b[201~\ufffd\r'
  ])
  expect(strokes.map((stroke) => ('text' in stroke ? stroke.text : stroke.type))).toEqual([
    'c',
    'a',
    'f',
    'unreadable',
    'x',
    'unreadable',
    'a\ufffdb',
    '\ufffd',
    'enter'
  ])
})

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { listenToKeys, type Stroke } from '../../src/conversation/keyboard.ts'

/** What is heard when these bytes arrive, each piece by itself, until Enter, or another key, has come so many times. */
async function heard(pieces: (string | Buffer)[], times = 1, last: Stroke['type'] = 'enter'): Promise<Stroke[]> {
  const input = new PassThrough()
  const strokes: Stroke[] = []
  await new Promise<void>((resolve) => {
    let left = times
    listenToKeys(input as unknown as NodeJS.ReadStream, (stroke) => {
      strokes.push(stroke)
      if (stroke.type === last && --left === 0) resolve()
    })
    for (const piece of pieces) input.write(piece)
  })
  return strokes
}

test('letters of any script, in one piece or several', async () => {
  const strokes = await heard(['hola', ' ñ漢😀\r'])
  expect(strokes.map((stroke) => ('text' in stroke ? stroke.text : stroke.type)).join('')).toBe('hola ñ漢😀enter')
})

test.each<[string, string[]]>([
  ['\x7f\b', ['erase', 'erase']],
  ['\x03\x04\x1a', ['interrupt', 'end-or-delete', 'suspend']],
  ['\x1b[A\x1bOB\x10\x0e', ['up', 'down', 'up', 'down']],
  ['\x1b[D\x1b[C\x02\x06', ['left', 'right', 'left', 'right']],
  ['\x1b[H\x1bOF\x1b[1~\x1b[4~\x01\x05', ['home', 'end', 'home', 'end', 'home', 'end']],
  ['\x1bb\x1bf\x1b[1;5D\x1b[1;5C\x1b[1;3D', ['word-left', 'word-right', 'word-left', 'word-right', 'word-left']],
  ['\x1b[3~\x1bd\x17\x1b\x7f', ['delete', 'delete-word', 'erase-word', 'erase-word']],
  ['\x15\x0b\x19\x1f', ['erase-to-start', 'erase-to-end', 'yank', 'undo']],
  ['\t\x0c', ['tab', 'clear']]
])('%j is what its keys do', async (bytes, types) => {
  expect((await heard([`${bytes}\r`])).map(({ type }) => type)).toEqual([...types, 'enter'])
})

test('Alt-Enter is a newline in the text', async () => {
  expect(await heard(['a\x1b\r\r'])).toEqual([{ type: 'text', text: 'a\n' }, { type: 'enter' }])
})

test('Esc by itself', async () => {
  expect(await heard(['\x1b'], 1, 'escape')).toEqual([{ type: 'escape' }])
})

test('function keys and other control characters are nothing', async () => {
  expect(await heard(['\x1bOP\x1b[15~\x00\x07\x1bx\x1b[Z\r'])).toEqual([{ type: 'enter' }])
})

test('a paste is one stroke, without control characters', async () => {
  const strokes = await heard(['\x1b[200~uno\rdos\t\x1b[31m', 'tres\r\n\x1b[201~\r'])
  expect(strokes).toEqual([{ type: 'paste', text: 'uno\ndos  [31mtres\n' }, { type: 'enter' }])
})

test('a paste of which the end never comes is given up with Ctrl-C', async () => {
  expect(await heard(['\x1b[200~uno', '\r', '\x03', 'dos\r'])).toEqual([
    { type: 'interrupt' },
    { type: 'text', text: 'dos' },
    { type: 'enter' }
  ])
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
    'caf',
    'unreadable',
    'x',
    'unreadable',
    'a\ufffdb',
    '\ufffd',
    'enter'
  ])
})

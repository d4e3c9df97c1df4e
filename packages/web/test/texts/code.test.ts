import { expect, test } from 'vitest'
import { piecesOf } from '../../src/texts/code.ts'

const inline = (code: string) => ({ open: '`', code, close: '`', isBlock: false })

test.each([
  ['run `npm test`, then', ['run ', inline('npm test'), ', then']],
  ['`a``b` `c`', [inline('a``b'), ' ', inline('c')]],
  ['``a`b``', [{ open: '``', code: 'a`b', close: '``', isBlock: false }]],
  ['it costs 5` and 6`', ['it costs 5', inline(' and 6')]],
  ['a ` alone', ['a ` alone']],
  ['`one\ntwo`', ['`one\ntwo`']],
  ['``', ['``']],
  ['``````', ['``````']],
  ['```x```', [{ open: '```', code: 'x', close: '```', isBlock: false }]],
  ['```\nx', ['```\nx']],
  ['````\n```\n````', [{ open: '````\n', code: '```', close: '\n````', isBlock: true }]]
])('%j is %j', (text, pieces) => {
  expect(piecesOf(text)).toEqual(pieces)
})

test('a block has its language and its line breaks beside its marks', () => {
  expect(piecesOf('see:\n```js\nconst a = `b`\n\n```\nbye')).toEqual([
    'see:\n',
    { open: '```js\n', code: 'const a = `b`\n', close: '\n```\n', isBlock: true },
    'bye'
  ])
  expect(piecesOf('```const a\r\n  = 1```')).toEqual([{ open: '```', code: 'const a\r\n  = 1', close: '```', isBlock: true }])
})

test('a text of nothing but marks costs no more than others', () => {
  const runs = Array.from({ length: 88 }, (_, n) => '`'.repeat(n + 1)).join(' ')
  for (const text of [runs, '` '.repeat(2_000), '```\n'.repeat(1_000), `${'`'.repeat(3)}${'a`'.repeat(1_998)}`])
    expect(
      piecesOf(text)
        .map((piece) => (typeof piece === 'string' ? piece : piece.open + piece.code + piece.close))
        .join('')
    ).toBe(text)
})

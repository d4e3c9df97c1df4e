import { expect, test } from 'vitest'
import { readEntered, slashHelp } from '../../src/conversation/slash-commands.ts'
import { widest } from '../../src/printing/width.ts'

test.each([
  ['hello', { type: 'send', text: 'hello' }],
  ['//etc is a folder', { type: 'send', text: '/etc is a folder' }],
  ['/who', { type: 'who' }],
  ['/quit', { type: 'quit' }],
  ['/help', { type: 'help' }],
  ['/edit 42 two words\nand a line', { type: 'edit', id: 42, text: 'two words\nand a line' }],
  ['/edit 42', { type: 'edit', id: 42, text: undefined }],
  ['/delete 42 ', { type: 'delete', id: 42 }],
  ['/rooms', { type: 'rooms' }],
  ['/join ops', { type: 'join', room: 'ops' }],
  ['/history', { type: 'history', count: 20 }],
  ['/history 200', { type: 'history', count: 200 }],
  ['/search deploy "on friday" ', { type: 'search', words: 'deploy "on friday"' }]
])('%j', (line, entered) => {
  expect(readEntered(line)).toEqual(entered)
})

test.each([
  '/who2',
  '/',
  '/edit',
  '/edit x y',
  '/delete',
  '/delete x',
  '/join',
  '/join a b',
  '/history 0',
  '/history x',
  '/history 201',
  '/search'
])('%s is not understood', (line) => {
  expect(readEntered(line)).toMatchObject({ type: 'wrong', sentence: expect.any(String) })
})

test('a text that begins with a slash is shown again, as it was no command and was not sent', () => {
  expect(readEntered('/usr/bin/foo is broken, see why')).toEqual({
    type: 'wrong',
    sentence:
      'unknown command /usr/bin/foo; not sent: /usr/bin/foo is broken, see why. /help lists them; // sends a text starting with /'
  })
  expect(readEntered('/who2')).toMatchObject({
    sentence: 'unknown command /who2. /help lists them; // sends a text starting with /'
  })
})

test.each([80, 40, 20, 12])('/help stays inside %i columns', (columns) => {
  const rows = slashHelp(columns, false)
  for (const row of rows) expect(widest(row)).toBeLessThan(columns)
  expect(rows.join(' ').replace(/ +/g, ' ')).toContain('/edit ID [TEXT] replace the text of one of your messages')
})

test('/help says what becomes of a paste, which differs where nothing may be drawn', () => {
  expect(slashHelp(80, false)).toContain('Paste            several lines become one message')
  const plain = slashHelp(80, true).join(' ').replace(/ +/g, ' ')
  expect(plain).toMatch(/Paste each line becomes a message; to send several lines as one: .*chat send - /)
  expect(plain).not.toContain('Ctrl-L')
})

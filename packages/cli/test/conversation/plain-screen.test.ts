import { expect, test } from 'vitest'
import { PlainScreen } from '../../src/conversation/plain-screen.ts'
import { TestScreen } from '../support/screen.ts'

function open({ columns = 80, echoes = true } = {}) {
  const terminal = new TestScreen({ columns, rows: 20 })
  let written = ''
  const output = {
    columns,
    rows: 20,
    write(bytes: string) {
      written += bytes
      return terminal.write(bytes)
    }
  }
  const screen = new PlainScreen(output as never, { echoes, rings: true })
  screen.open()
  const show = (text: string) => {
    written = ''
    screen.show({ prompt: 'general> ', text, cursor: text.length })
    return written
  }
  return { screen, show, rows: () => terminal.allRows(), written: () => written }
}

const back = (columns: number) => '\b \b'.repeat(columns)

test('what is typed is echoed, without a prompt', () => {
  const { show } = open()
  expect(show('h') + show('hí')).toBe('hí')
})

test.each([
  ['a letter', 'x', 1],
  ['a letter with its accent', 'e\u0301', 1],
  ['a wide character', '漢', 2],
  ['an emoji', '😀', 2]
])('erasing %s takes it away whole', (_what, character, columns) => {
  const { show } = open()
  show(`a${character}`)
  expect(show('a')).toBe(back(columns))
})

test('what no two terminals draw alike is erased by writing its row again', () => {
  const { show } = open()
  show('ab👨‍👩‍👧')
  expect(show('ab')).toBe('\r\nab')
})

test('of a text of several rows only the last one is ever written again', async () => {
  const { show, rows } = open({ columns: 11 })
  const text = 'aaaaaaaaaabbbbbbbbbbcc'
  show(text)
  expect(show(text.slice(0, -1))).toBe(back(1))
  expect(show(text.slice(0, -2))).toBe(`${back(1)}bbbbbbbbbb`)
  for (let length = text.length - 3; length > 10; length--) expect(show(text.slice(0, length))).toBe(back(1))
  expect(await rows()).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'b'])
})

test('what arrives waits while something is being typed, and comes when it is entered or erased', async () => {
  const { screen, show, rows } = open()
  let shown = 0
  show('uno')
  screen.print(['luis, 09:01: dos (2)'], { onShown: () => shown++ })
  expect(shown).toBe(0)
  screen.entered()
  expect(shown).toBe(1)
  show('x')
  screen.print(['luis, 09:02: tres (3)'])
  show('')
  expect(await rows()).toEqual(['uno', 'luis, 09:01: dos (2)', 'luis, 09:02: tres (3)'])
})

test('what cannot wait stands between two copies of the text', async () => {
  const { screen, show, rows } = open()
  show('uno')
  screen.interject(['-- too long --'])
  expect(await rows()).toEqual(['uno', '-- too long --', 'uno'])
})

test('whose lines are shown by another program writes none of them', () => {
  const { screen, show, written } = open({ echoes: false })
  expect(show('uno')).toBe('')
  screen.entered()
  expect(written()).toBe('')
})

test('no escape byte is ever written', () => {
  const { screen, show, written } = open({ columns: 11 })
  let all = show('aaaaaaaaaabbbbbb👨‍👩‍👧') + show('aaaaaaaa\x1b[2J') + show('')
  screen.print(['x'])
  screen.leave()
  screen.open()
  screen.close()
  all += written()
  expect(all.replace(/[\r\n\b]/g, '')).not.toMatch(/\p{Cc}/u)
})

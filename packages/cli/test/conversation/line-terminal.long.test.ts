import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { length } from '../../../server/test/support/test-length.ts'
import { LineTerminal } from '../../src/conversation/line-terminal.ts'
import { layOut } from '../../src/conversation/painter.ts'
import { generator } from '../support/generator.ts'
import { TestScreen } from '../support/screen.ts'

/** What people type, one character each, as a reader counts. */
const characters = [...'abc xyz.,¿ñ', 'e\u0301', '漢', '字', '😀', '👨‍👩‍👧', '🇪🇸', '❤️', 'ש', 'ל', 'م', 'ر', 'น้ำ', '👍🏽', 'İ']
const steps = 60

/** What stands before the cursor and behind it, as characters. */
class Model {
  before: string[] = []
  after: string[] = []

  get text(): string {
    return [...this.before, ...this.after].join('')
  }

  get cursor(): number {
    return this.before.join('').length
  }
}

const keys: Record<string, { bytes: string; act(model: Model): void }> = {
  left: { bytes: '\x1b[D', act: ({ before, after }) => before.length > 0 && after.unshift(before.pop() as string) },
  right: { bytes: '\x1b[C', act: ({ before, after }) => after.length > 0 && before.push(after.shift() as string) },
  erase: { bytes: '\x7f', act: ({ before }) => before.pop() },
  delete: { bytes: '\x1b[3~', act: ({ after }) => after.shift() },
  home: { bytes: '\x01', act: (model) => model.after.unshift(...model.before.splice(0)) },
  end: { bytes: '\x05', act: (model) => model.before.push(...model.after.splice(0)) },
  'erase to the start': { bytes: '\x15', act: ({ before }) => before.splice(0) }
}
const frequent = ['left', 'right', 'erase', 'delete', 'left', 'erase', 'right', 'home', 'end']

async function run(seed: number): Promise<void> {
  const below = (limit: number) => Math.floor(random(limit))
  const random = generator(seed)
  const oneOf = <T>(all: readonly T[]): T => all[below(all.length)] as T
  const screen = new TestScreen({ columns: oneOf([40, 80]), rows: oneOf([10, 24]) })
  const input = Object.assign(new PassThrough(), { setRawMode: () => {} })
  const terminal = new LineTerminal(input as never, screen as never, { plain: false, echoes: true, reflows: false, bell: false })
  const nothing = () => false
  const listener = { older: nothing, newer: nothing, escape: nothing, complete: nothing }
  const entered: string[] = []
  terminal.open({
    ...listener,
    line: (text) => entered.push(text),
    emptyLine: nothing,
    leave: nothing,
    interrupt: nothing,
    dropped: nothing,
    quiet: nothing
  })
  terminal.line.prompt = 'general'
  const model = new Model()
  const said: string[] = []
  const sent: string[] = []
  const done: string[] = []

  const type = () => {
    const typed = Array.from({ length: 1 + below(12) }, () => oneOf(characters))
    model.before.push(...typed)
    input.write(typed.join(''))
    return `type ${typed.join('')}`
  }
  const press = () => {
    const name = below(12) === 0 ? 'erase to the start' : oneOf(frequent)
    keys[name]?.act(model)
    input.write(keys[name]?.bytes)
    return name
  }
  const arrive = () => {
    for (let count = 1 + below(3); count > 0; count--) {
      said.push(`m${said.length}`)
      terminal.print([said.at(-1) as string])
    }
    return 'arrive'
  }
  const enter = () => {
    if (model.text.trim() !== '') sent.push(model.text)
    model.before = []
    model.after = []
    input.write('\r')
    return 'enter'
  }
  const resize = async () => {
    const size = { columns: 20 + below(80), rows: 5 + below(25) }
    const drawn = screen.nextWrite()
    screen.resize(size)
    await drawn
    return `resize to ${size.columns}x${size.rows}`
  }
  try {
    for (let at = 0; at < steps; at++) {
      const choice = below(40)
      done.push(await (choice < 14 ? type() : choice < 28 ? press() : choice < 37 ? arrive() : choice < 39 ? enter() : resize()))
      // Some at once, some in a turn of their own.
      if (below(2) === 0) await settled()
    }
    await settled()
    expect(terminal.line.draft).toBe(model.text)
    expect(entered).toEqual(sent)
    const rows = await screen.allRows()
    expect(rows.filter((row) => /^m\d+$/.test(row))).toEqual(said)
    const laidOut = layOut({ prompt: 'general> ', text: model.text, cursor: model.cursor }, screen.columns)
    const height = screen.rows - 1
    const cursor = await screen.cursor()
    expect(cursor.before).toBe(laidOut.before)
    if (laidOut.rows.length <= height) {
      const drawn = laidOut.rows.map((row) => row.trimEnd())
      while (drawn.at(-1) === '') drawn.pop()
      expect(rows.slice(-drawn.length)).toEqual(drawn)
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${done.join('; ')}\n${(await screen.allRows()).join('\n')}`, { cause: error })
  } finally {
    terminal.close()
  }
}

/** When the keys have been read and what they do is drawn. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
}

test('whatever is typed, moved, erased and resized while messages arrive: text, cursor and messages are those of a model', async () => {
  const runs = length({ short: 20, long: 200 })
  for (let seed = 1; seed <= runs; seed += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, more) => run(seed + more)))
  }
})

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { length } from '../../../server/test/support/test-length.ts'
import { LineTerminal } from '../../src/conversation/line-terminal.ts'
import { generator } from '../support/generator.ts'
import { TestScreen } from '../support/screen.ts'

/** What keyboards send, whole and cut, what they never should, and letters. */
const pieces = [
  ['\x1b', '\x1b[', '\x1b[1;', '\x1bO', '\x1b[200~', '\x1b[201~', '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[3~', '\x1bOP'],
  [
    '\x1b]0;x\x07',
    '\x1b[<0;1;1M',
    '\x1b[6n',
    '\x1bP+q\x1b\\',
    '\x1b\r',
    '\x1b[Z',
    '\x1b[1;5C',
    '\x1b\x1b',
    '\x9b31m',
    '\x1b[?1;2c'
  ],
  [
    '\0',
    '\t',
    '\r',
    '\n',
    '\b',
    '\x7f',
    '\x01',
    '\x05',
    '\x0b',
    '\x0c',
    '\x15',
    '\x17',
    '\x19',
    '\x1f',
    '/edit ',
    'hola ',
    'abc '
  ],
  ['ñ漢😀', '👨‍👩‍👧', 'ש', '\u202e', 'e\u0301\u0301\u0301', '\ufffd']
]
  .flat()
  .map((text) => Buffer.from(text))
const broken = [[0xff], [0xc3], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xc2, 0x9b]].map((bytes) => Buffer.from(bytes))
/** Ctrl-C, Ctrl-D and Ctrl-Z would end it. */
const ending = [0x03, 0x04, 0x1a]

async function run(seed: number, plain: boolean): Promise<void> {
  const random = generator(seed)
  const below = (limit: number) => Math.floor(random(limit))
  const screen = new TestScreen({ columns: 1 + below(100), rows: 1 + below(30) })
  let written = ''
  const write = screen.write.bind(screen)
  screen.write = (bytes) => {
    written += bytes
    return write(bytes)
  }
  const input = Object.assign(new PassThrough(), { setRawMode: () => {} })
  const terminal = new LineTerminal(input as never, screen as never, { plain, echoes: true, reflows: false, bell: true })
  let interrupted = () => {}
  const nothing = () => false
  const interrupt = new Promise<void>((resolve) => {
    interrupted = resolve
  })
  terminal.open({
    line: nothing,
    emptyLine: nothing,
    leave: nothing,
    interrupt: () => interrupted(),
    dropped: nothing,
    older: nothing,
    newer: nothing,
    escape: nothing,
    complete: nothing,
    quiet: nothing
  })
  terminal.line.prompt = 'general'
  for (let at = 0; at < 200; at++) {
    const choice = below(10)
    const any = Buffer.from(Array.from({ length: 1 + below(20) }, () => below(256)).filter((byte) => !ending.includes(byte)))
    input.write(choice < 7 ? pieces[below(pieces.length)] : choice < 8 ? broken[below(broken.length)] : any)
    if (below(20) === 0) screen.resize({ columns: 1 + below(100), rows: 1 + below(30) })
    if (below(20) === 0) terminal.print([`m${at}`])
    if (below(4) === 0) await new Promise(setImmediate)
  }
  // One may end a sequence that was begun, one a paste, one drops the line.
  for (let times = 0; times < 5; times++) {
    await new Promise(setImmediate)
    input.write('\x03')
  }
  await interrupt
  terminal.close()
  if (plain) expect(written).not.toContain('\x1b')
  else expect(written.endsWith('\x1b[?2004l')).toBe(true)
}

test.each([[false], [true]])(
  'whatever bytes a keyboard sends, nothing breaks, and Ctrl-C is heard (plain: %s)',
  async (plain) => {
    const runs = length({ short: 10, long: 300 })
    for (let seed = 1; seed <= runs; seed++) await run(seed, plain)
  }
)

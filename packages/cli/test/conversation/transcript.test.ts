import { expect, test } from 'vitest'
import type { LineTerminal } from '../../src/conversation/line-terminal.ts'
import { Transcript } from '../../src/conversation/transcript.ts'
import { bare } from '../../src/printing/look.ts'
import { message, messageEvent } from '../support/message.ts'

function transcript() {
  const shown: string[] = []
  const print = (lines: readonly string[]) => shown.push(...lines)
  const terminal = { columns: 80, print, notice: (sentence: string) => print([sentence]) } as unknown as LineTerminal
  return { shown, transcript: new Transcript(terminal, { look: bare, me: 'ana' }, () => {}) }
}

const luis = { name: 'luis', kind: 'person' } as const

test('what was sent and never came in the log is shown at the end', () => {
  const { shown, transcript: of } = transcript()
  of.acknowledged(message(1, 'hola'))
  expect(shown).toEqual([])
  of.end()
  expect(shown.join('\n')).toContain('hola')
})

test.each(['before', 'after'])(
  'what came in the log %s the answer is not shown again at the end, however much was said since',
  (when) => {
    const { shown, transcript: of } = transcript()
    if (when === 'after') of.acknowledged(message(1, 'hola'))
    of.event(messageEvent('message.created', message(1, 'hola')), true)
    if (when === 'before') of.acknowledged(message(1, 'hola'))
    for (let id = 2; id <= 1_100; id++) of.event(messageEvent('message.created', message(id, 'x', { author: luis })), true)
    of.end()
    expect(shown.filter((line) => line.includes('hola'))).toHaveLength(1)
  }
)

test('what was sent before the server went back to an older copy is not shown as if it were there', () => {
  const { shown, transcript: of } = transcript()
  of.acknowledged(message(9, 'hola'))
  of.restart()
  of.past({ messages: [message(3, 'x', { author: luis })], earlier: false } as never, undefined)
  of.end()
  expect(shown.join('\n')).not.toContain('hola')
})

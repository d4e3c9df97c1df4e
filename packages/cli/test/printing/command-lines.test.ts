import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { deleteLine, editLine, sendLine } from '../../src/printing/command-lines.ts'

/** What `chat` is given when such a line is typed: its arguments, and standard input where that is asked for. */
function run(line: string): string[] {
  const chat = `chat() { printf '%s\\n' "$@"; case "$*" in *' -') cat;; esac; }`
  return execFileSync('sh', ['-c', `${chat}; ${line}`], { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .split('\n')
    .slice(0, -1)
}

test('a text is sent with its key and to its place, whatever it looks like', () => {
  expect(sendLine('good morning', [], 'k1')).toBe('chat send --key k1 "good morning"')
  expect(run(sendLine("it's $5", ['--room', 'ops'], 'k1'))).toEqual(['send', '--key', 'k1', '--room', 'ops', "it's $5"])
  expect(run(sendLine('--tail', ['--as', 'ana']))).toEqual(['send', '--as', 'ana', '--', '--tail'])
})

test('a text that is a - is not taken for standard input', () => {
  expect(run(sendLine('-', ['--room', 'ops'], 'k1'))).toEqual(['send', '--key', 'k1', '--room', 'ops', '-', '-'])
  expect(run(editLine(42, '-', ['--room', 'ops']))).toEqual(['edit', '--room', 'ops', '42', '-', '-'])
})

test('edits and deletions', () => {
  expect(run(editLine(42, '-1 €', ['--room', 'ops']))).toEqual(['edit', '--room', 'ops', '42', '--', '-1 €'])
  expect(run(deleteLine(42, []))).toEqual(['delete', '42'])
})

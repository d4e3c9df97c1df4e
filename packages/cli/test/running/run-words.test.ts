import { expect, test } from 'vitest'
import { outcomeWords, startFaultWords, startWords, titleOf } from '../../src/running/run-words.ts'

test('a command is called as it is typed', () => {
  expect(titleOf(['make', 'test'])).toBe('make test')
  expect(titleOf(['sh', '-c', 'echo "$HOME"'])).toBe(`sh -c 'echo "$HOME"'`)
  expect(titleOf(['x', '\x1b[2J'])).toBe(`x $'\\033[2J'`)
})

test('of a long one the beginning stands for it', () => {
  expect(titleOf(['sh', '-c', 'set -e\nmake'])).toBe("sh -c 'set -e…")
  const title = titleOf(['echo', ...Array.from({ length: 100 }, () => '👍'.repeat(3))])
  expect([...title]).toHaveLength(200)
  expect(title).toMatch(/^echo "👍👍👍" .*…$/)
})

test('how it went', () => {
  expect(startWords('make test', 'build-3')).toBe('make test: started on build-3')
  expect(startFaultWords('nosuch', 'build-3', 'not found')).toBe('nosuch: could not be started on build-3 (not found)')
  expect(outcomeWords('make test', { exit: 0 }, 192_400)).toBe('make test: done in 3 min 12 s')
  expect(outcomeWords('make test', { exit: 0 }, 0.2)).toBe('make test: done in 1 ms')
  expect(outcomeWords('make test', { exit: 2 }, 3_599_700)).toBe('make test: failed (exit 2) after 1 h')
  expect(outcomeWords('make test', { signal: 'SIGTERM' }, 999.4)).toBe('make test: ended by SIGTERM after 999 ms')
  expect(outcomeWords('make test', { signal: 'SIGTERM' }, 999.6)).toBe('make test: ended by SIGTERM after 1 s')
})

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Logger } from '../src/log.ts'
import { WaitingLine } from '../src/waiting-line.ts'

const terminal = vi.hoisted(() => ({ isThere: false }))
vi.mock('node:tty', () => ({ isatty: () => terminal.isThere }))

let said = ''
beforeEach(() => {
  said = ''
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text
    return true
  })
  onTestFinished(() => write.mockRestore())
})

const waiting = () => {
  const warn = vi.fn()
  return { line: new WaitingLine('PostgreSQL at db.example.org:5432', { warn } as unknown as Logger), warn }
}

test('on a terminal a line says what is waited for, and goes when it is there', () => {
  terminal.isThere = true
  const { line, warn } = waiting()
  line.tell(new Error('connect ECONNREFUSED'))
  line.tell(new Error('connect ECONNREFUSED'))
  expect(said).toMatch(/^\rWaiting for PostgreSQL at db\.example\.org:5432 …/)
  line.end()
  expect(said.split('\r').at(-2)?.trim()).toBe('')
  expect(warn).not.toHaveBeenCalled()
})

test('elsewhere the log says it once, and why', () => {
  terminal.isThere = false
  const { line, warn } = waiting()
  line.tell(new Error('connect ECONNREFUSED'))
  line.tell(new Error('connect ECONNREFUSED'))
  line.end()
  expect(warn.mock.calls).toEqual([[{ reason: 'connect ECONNREFUSED' }, 'waiting for PostgreSQL at db.example.org:5432']])
  expect(said).toBe('')
})

test('where nothing is waited for, nothing is said', () => {
  for (terminal.isThere of [true, false]) waiting().line.end()
  expect(said).toBe('')
})

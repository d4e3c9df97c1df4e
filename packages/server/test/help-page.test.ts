import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseOrder } from '../src/config.ts'
import { logLevels } from '../src/flag-values.ts'
import { flags, variable } from '../src/flags.ts'
import { helpText } from '../src/help-page.ts'
import { pages } from '../src/help-words.ts'
import { isMaintenance } from '../src/maintenance-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-server-examples-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A shell in which `chat-server` writes down what it was called with, and nothing else is found. */
const record = join(folder, 'record')
writeFileSync(join(folder, 'chat-server'), `#!/bin/sh\nprintf '%s\\0' "$@" >${record}\n`)
chmodSync(join(folder, 'chat-server'), 0o755)

function calledBy(line: string): string[] {
  rmSync(record, { force: true })
  spawnSync('/bin/sh', ['-c', line], { env: { PATH: folder }, cwd: folder })
  return readFileSync(record, 'utf8').split('\0').slice(0, -1)
}

const commands = Object.keys(pages)

test.each(['', 'user', ...commands])('the page of “%s” has all that one looks for, in 80 columns', (command) => {
  const text = helpText(command.split(' '))
  for (const line of text.split('\n')) {
    expect(line.length, line).toBeLessThanOrEqual(80)
    expect(line).toBe(line.trimEnd())
  }
  for (const title of ['USAGE', 'EXAMPLES', 'EXIT CODES']) expect(text).toContain(`\n${title}\n`)
  expect(text).toMatch(/^\S.*[^.]\n\nUSAGE\n/)
})

test.each(commands)('the examples of %s are taken by it', (command) => {
  const { examples, usage } = pages[command]!
  expect(usage).toContain(`chat-server ${command}`)
  expect(examples.length).toBeGreaterThanOrEqual(2)
  for (const [what, line] of examples) {
    expect(what).toMatch(/^[A-Z][^:]*[^.:]$/)
    const words = calledBy(line)
    expect(words.join(' ')).toMatch(new RegExp(`^${command}(?: |$)`))
    const kind = command === 'start' ? 'start' : isMaintenance(command) ? 'maintain' : 'operate'
    expect(parseOrder(words, { HOME: folder }).do).toBe(kind)
  }
})

test('each flag of start is there, with its variable and what may be chosen', () => {
  const text = helpText(['start'])
  for (const [flag, { value }] of Object.entries(flags)) {
    expect(text).toContain(`  --${flag}${value.startsWith('[') ? '' : ' '}${value} `)
    expect(helpText()).toContain(`  --${flag}`)
    expect(text).toContain(variable(flag))
  }
  expect(text).toContain(`one of ${logLevels.join(', ')}`)
})

test.each(['', 'user'])('beside examples of other commands, those of “%s” say what they do', (topic) => {
  const examples = helpText([topic]).split('\nEXAMPLES\n')[1]!.split('\n\n')[0]!.split('\n')
  const titles = examples.filter((line) => line.endsWith(':'))
  expect(titles.length).toBeGreaterThan(3)
  for (const title of titles) expect(title).not.toMatch(/^ *(?:Of|On|In|Into|From|For|With|Everybody)\b/)
})

test('what names no command gets the page about all of them', () => {
  expect(helpText(['frob'])).toBe(helpText())
  expect(helpText(['user', 'frob'])).toBe(helpText(['user']))
  expect(helpText(['start', 'now'])).toBe(helpText(['start']))
  expect(helpText(['user', 'reset', 'ana'])).toBe(helpText(['user', 'reset']))
})

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { callOf } from '../../src/calling/call.ts'
import { commands, type Load } from '../../src/commands.ts'
import { exitCodes } from '../../src/failing/exit-codes.ts'
import { helpPage } from '../../src/help/page.ts'
import { widest } from '../../src/printing/width.ts'
import { Home } from '../support/chat.ts'

const ids = Object.keys(commands)
const home = new Home()
const folder = mkdtempSync(join(tmpdir(), 'chat-examples-'))
afterAll(() => {
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** A shell in which `chat` writes down what it was called with, and no other program is found but these. */
const record = join(folder, 'record')
for (const program of ['cut', 'xargs', 'printf']) symlinkSync(`/usr/bin/${program}`, join(folder, program))
mkdirSync(join(folder, '.config', 'fish', 'completions'), { recursive: true })
for (const file of ['password.txt', 'current.txt', 'new.txt']) writeFileSync(join(folder, file), '')
writeFileSync(join(folder, 'chat'), `#!/bin/sh\nprintf '%s\\0' "$@" '\n' >>${record}\nprintf 'general\\n'\n`)
chmodSync(join(folder, 'chat'), 0o755)

/** The words of each call of `chat` that a line of shell makes. */
function calledBy(line: string): string[][] {
  rmSync(record, { force: true })
  const { stderr } = spawnSync('/bin/bash', ['-c', line], { env: { PATH: folder, HOME: folder }, cwd: folder, encoding: 'utf8' })
  expect(stderr, line).not.toContain('syntax error')
  const calls = readFileSync(record, 'utf8').split('\n\0')
  return calls.slice(0, -1).map((words) => words.split('\0').slice(0, -1))
}

/** What the parser of a command makes of these words; it throws for what it does not take. */
async function parsed(load: Load, words: string[]): Promise<unknown> {
  const { default: Real } = await load()
  class Parsed extends Real {
    override run(): Promise<unknown> {
      return this.parse(Real as never)
    }
  }
  return new Parsed(words).run()
}

/** Those of the second answer, and of a command that is run. */
const ownCodes: Record<string, number[]> = { ask: [10], run: [126, 127, 143] }

test.each(ids)('the page of %s has all that one looks for, in 80 columns', async (id) => {
  const page = await helpPage(id, 200)
  const { default: command } = await (commands[id] as Load)()
  for (const line of page) {
    expect(widest(line), line).toBeLessThanOrEqual(80)
    expect(line).toBe(line.trimEnd())
  }
  const text = page.join('\n')
  expect(page[0]).toBe(command.summary)
  expect(page[0]).not.toMatch(/\.$/)
  for (const title of ['USAGE', 'EXAMPLES', 'EXIT CODES']) expect(page).toContain(title)
  expect(text).toContain(`  chat ${id.replace(':', ' ')}`)
  expect(command.examples.length).toBeGreaterThanOrEqual(2)
  for (const [name, flag] of Object.entries({ ...command.baseFlags, ...command.flags })) {
    expect(new RegExp(`^ +(?:-., )?--${name}(?: |$)`, 'm').test(text), name).toBe(flag.hidden !== true)
    if (flag.hidden) continue
    expect(flag.summary, name).toMatch(/^[^.]+$|; |such as/)
    if (flag.env) expect(text).toContain(flag.env)
  }
  for (const arg of Object.values(command.args)) expect(arg.description, arg.name).toMatch(/./)
  for (const code of Object.keys(command.exits).map(Number)) {
    expect([...Object.values(exitCodes), 130, ...(ownCodes[id] ?? [])]).toContain(code)
  }
  expect(command.exits[0]).toBeDefined()
})

test.each(ids)('the examples of %s are taken by the commands that they call', async (id) => {
  const { default: command } = await (commands[id] as Load)()
  let own = 0
  for (const example of command.examples) {
    expect(example.description).toMatch(/^\p{Lu}[^:]*[^.:]$/u)
    const calls = calledBy(example.command)
    expect(calls, example.command).not.toEqual([])
    for (const words of calls) {
      const call = await callOf(words, ids)
      if (call.wants !== 'run') expect.unreachable(`${example.command} runs nothing`)
      await parsed(commands[call.id] as Load, call.args)
      if (call.id === id) own++
    }
  }
  expect(own).toBeGreaterThan(0)
})

test('a page that is called for in any way is the same', async () => {
  const page = { code: 0, stderr: '', stdout: `${(await helpPage('rooms:add', 80)).join('\n')}\n` }
  for (const line of ['help rooms add', 'rooms add --help', 'rooms add -h', '--help rooms add', '--as ana rooms add ops x -h'])
    expect(await home.chat(line.split(' '))).toEqual(page)
})

test('a narrow terminal gets narrow lines, and commands in them stay whole', async () => {
  const page = await helpPage('bots:create', 46)
  const prose = page.slice(page.indexOf('DESCRIPTION'), page.indexOf('ARGUMENTS'))
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(46)
  expect(prose.some((line) => line.includes('chat tokens create --bot'))).toBe(true)
  expect(prose.some((line) => line.includes('chat rooms add'))).toBe(true)
})

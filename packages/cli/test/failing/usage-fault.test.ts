import { string as text } from '@oclif/core/args'
import { CLIError } from '@oclif/core/errors'
import { boolean, string } from '@oclif/core/flags'
import { expect, test } from 'vitest'
import { Command } from '../../src/command.ts'
import { usageFault } from '../../src/failing/usage-fault.ts'
import { wholeNumber } from '../../src/input/whole-number.ts'

class Say extends Command {
  static override args = { text: text({ description: 'what to say', required: true, ignoreStdin: true }) }
  static override flags = {
    lines: wholeNumber({ char: 'n', min: 1 }),
    tail: boolean({ exclusive: ['split'] }),
    split: boolean(),
    key: string()
  }

  async run(): Promise<void> {
    await this.parse(Say)
  }
}

/** The error of oclif for these words, whatever it says itself. */
async function errorOf(words: string[]): Promise<Error> {
  const error = await new Say(words).run().then(
    () => new Error('Nothing is wrong'),
    (thrown: Error) => thrown
  )
  error.message = 'In words that may change with the library'
  return error
}

test.each([
  [[], 'Missing: what to say.'],
  [['a', 'b', 'c'], 'Too many arguments: “b”, “c”; put the text in quotes.'],
  [['-q', 'a'], 'Unknown option: -q. Put -- before a text that begins with -.'],
  [['--tail', '--split', 'a'], '--split and --tail cannot be used together.'],
  [['-n', 'x', 'a'], '--lines takes a whole number, not “x”.'],
  [['--lines=0', 'a'], '--lines must be at least 1, not 0.'],
  [['--lines', '99999999999999999999', 'a'], '--lines takes a whole number, not “99999999999999999999”.'],
  [['a', '--key'], '--key needs a value.'],
  [['a', '--key', '--tail'], '--key needs a value.'],
  [['a', '-n'], '--lines needs a value.'],
  [['--key', 'x', '--key=y', 'a'], '--key can be given only once.'],
  [['-n1', '--lines', '2', 'a'], '--lines can be given only once.']
])('%j is told by what oclif has found, not by its words', async (words, sentence) => {
  const fault = usageFault(await errorOf(words), 'say', words, Say)
  expect(fault).toMatchObject({ exit: 'usage', message: `${sentence} For example: chat say --help` })
})

test.each([
  ['All of the following must be provided when using --role: --room', '--role needs --room.'],
  ['Missing required flag room', 'Missing: --room.'],
  ['Expected --role=boss to be one of: member, owner', '--role takes member or owner, not “boss”.'],
  ['Something else', 'Something else']
])('“%s” in colour is told without an escape code', (words, sentence) => {
  const error = new CLIError(`The following error occurred:\n  \x1b[2m${words}\x1b[22m\nSee more help with --help`)
  const single = new CLIError(`\x1b[2m${words}\x1b[22m`)
  const told = [error, single].map((each) => (usageFault(each, 'say', [], Say) as Error).message)
  expect(told.join()).not.toContain('\x1b')
  expect(told[1]).toBe(`${sentence} For example: chat say --help`)
})

test('what is no fault of the command line stays as it is', () => {
  const error = new Error('broken')
  expect(usageFault(error, 'say', [], Say)).toBe(error)
})

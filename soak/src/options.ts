import { parseArgs } from 'node:util'
import { seedOfThisRun } from '../../packages/server/test/processes/support/random.ts'

export interface SoakOptions {
  /** How long people write; undefined: until the rounds are over. */
  minutes: number | undefined
  /** How many faults there are; undefined: as many as there is time for. */
  rounds: number | undefined
  faults: 'none' | 'kill' | 'all'
  seed: number
  /** Folder of the database, which stays; by default a new one, which goes if all is well. */
  folder: string | undefined
  /** How long somebody thinks between two things, in ms, on average. */
  paceMs: number
}

export const usage = `npm run soak -- [--minutes N] [--rounds N] [--faults none|kill|all] [--seed N] [--db FOLDER]

Lets people write in rooms, change what they wrote and take each other's rights, while the server has trouble; then compares what it has
acknowledged with what it has. Exit code 1: a promise was broken.
  --minutes  how long, 5 by default, or until the rounds are over
  --rounds   how many troubles there are; by default one about every ten seconds. Those that end the server's process are then in the first
             third of the time alone, so that its memory can be watched for the rest
  --faults   kill: kill -9 alone; all (default): also SIGTERM, SIGSTOP, a full disk and one that fails, backup and check beside
  --seed     of a run that is to be repeated
  --db       where the database is to be, and stay
`

/** @throws TypeError when there is no such option */
export function readOptions(args: readonly string[]): SoakOptions {
  const string = { type: 'string' } as const
  const options = { minutes: string, rounds: string, faults: string, seed: string, db: string }
  const { values } = parseArgs({ args: [...args], options })
  const faults = values.faults ?? 'all'
  if (faults !== 'none' && faults !== 'kill' && faults !== 'all') throw new TypeError(`--faults ${faults} is none, kill or all`)
  const rounds = number('rounds', values.rounds)
  const minutes = number('minutes', values.minutes) ?? (rounds === undefined ? 5 : undefined)
  const seed = number('seed', values.seed) ?? seedOfThisRun()
  return {
    minutes,
    rounds: faults === 'none' ? undefined : rounds,
    faults,
    seed,
    folder: values.db,
    paceMs: faults === 'kill' ? 20 : 100
  }
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+(\.\d+)?$/.test(text)) throw new TypeError(`--${name} ${text} is not a number`)
  return Number(text)
}

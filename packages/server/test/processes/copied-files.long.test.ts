import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { ServerProcess } from './support/server-process.ts'

/** What a file is a copy of: the moment at which it was left. */
interface Moment {
  name: string
  texts: number[]
  /** Left by a stop, with everything in the one file. */
  isWhole: boolean
}

const stepsMax = 300
const enough = length({ short: 1, long: 8 })
const parts = [['', '-wal', '-shm', '.lock'], ['', '-wal'], [''], [''], ['', '.lock'], ['-wal'], ['-wal', '.lock'], ['.lock']]

test('stops, kills, copies and restores in any order: the right texts, or a refusal that touches nothing', {
  timeout: 20 * 60_000
}, async () => {
  const seed = seedOfThisRun()
  console.log(`copied-files seed ${seed}`)
  const random = randomFrom(seed)
  const oneOf = <T>(options: readonly T[]) => options[Math.floor(random() * options.length)] as T
  const folder = await DatabaseFolder.make()
  const moments: Moment[] = []
  /** Of which moment each file in the folder is. */
  let now: Record<string, Moment | undefined> = {}
  const story: string[] = []
  let refusals = 0
  let starts = 0

  const leave = async () => {
    const texts = await folder.texts()
    const isWhole = random() < 0.4
    await (isWhole ? folder.stop() : folder.kill())
    const moment = { name: `moment${moments.length}`, texts, isWhole }
    folder.copy(moment.name)
    moments.push(moment)
    now = Object.fromEntries(['', '-wal', '.lock'].map((ending) => [ending, moment]))
    story.push(`${isWhole ? 'stop' : 'kill'} with ${texts.length} texts: ${moment.name}`)
  }

  const putBack = () => {
    const moment = oneOf(moments)
    const which = oneOf(parts)
    const how = oneOf(['cp', 'mv'] as const)
    folder.remove(random() < 0.15 ? ['-wal', '-shm'] : [])
    folder.restore(moment.name, how, which)
    for (const ending of which) now[ending] = moment
    if (!existsSync(`${folder.db}-wal`)) now['-wal'] = undefined
    if (!existsSync(`${folder.db}.lock`)) now['.lock'] = undefined
    story.push(`${how} ${moment.name} with ${JSON.stringify(which)}`)
  }

  const start = async () => {
    const { '': db, '-wal': wal } = now
    const hasWal = folder.walBytes() > 0
    const said = hasWal && db !== wal ? await refusedOrRunning() : undefined
    if (said !== undefined) {
      refusals++
      story.push('refused')
      return
    }
    if (!folder.server) await folder.start()
    const texts = await folder.texts()
    if (hasWal || db?.isWhole) expect(texts).toEqual(db?.texts)
    else expect(db?.texts).toEqual(expect.arrayContaining(texts)) // a killed server's file without its WAL
    if (hasWal) expect(wal?.texts).toEqual(texts)
    starts++
    story.push(`started with ${texts.length} texts`)
    await folder.send(1)
  }

  /** The one, with nothing touched, or the other. */
  const refusedOrRunning = async () => {
    const before = folder.bytes()
    const server = await ServerProcess.start(folder.db).catch((error: Error) => error.message)
    if (typeof server !== 'string') {
      folder.server = server
      return undefined
    }
    expect(folder.bytes()).toEqual(before)
    return server
  }

  try {
    // Ana is in the file from here on: whatever is left of it, she can ask for the texts.
    await folder.stop()
    await folder.start()
    await folder.send(3)
    for (let step = 0; step < stepsMax && Math.min(refusals, starts) < enough; step++) {
      if (folder.server) {
        // The last one alone: what was to be moved from the WAL after the others has been.
        if (random() < 0.7) await folder.send(random() < 0.3 ? 700 : 4)
        await folder.send(1)
        await leave()
      } else if (random() < 0.5) putBack()
      else await start()
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${story.join('; ')}`, { cause: error })
  }
  console.log(`${moments.length} stops and kills, ${starts} starts, ${refusals} refusals`)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { runCommand, serverProgram } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

/** A copy of the database, and what must and what may be in it. */
interface Copy {
  name: string
  least: number[]
  most: number[]
}

const stepsMax = 400
/** So many databases that were restored are looked at. */
const enough = length({ short: 1, long: 25 })

test('backups, copies by hand, kills, restores that may be killed, and starts in any order: the right texts, in a new life', {
  timeout: 30 * 60_000
}, async () => {
  const seed = seedOfThisRun()
  console.log(`restored-files seed ${seed}`)
  const random = randomFrom(seed)
  const oneOf = <T>(options: readonly T[]) => options[Math.floor(random() * options.length)] as T
  const folder = await DatabaseFolder.make()
  const db = ['--db', folder.db]
  const copies: Copy[] = []
  const story: string[] = []
  /** What may be in the place of the database: more than one where a restore was killed. */
  let here: Copy[] = []
  /** It was not restored since it was stopped or killed, so its readers go on. */
  let goesOn = true
  let cursor = ''
  let [restored, refused] = [0, 0]

  const add = (copy: Copy, how: string) => {
    copies.push(copy)
    story.push(`${how}: ${copy.name} with ${copy.least.length} to ${copy.most.length} texts`)
  }

  const backUp = async () => {
    const name = `backup${copies.length}.db`
    const least = folder.server ? await folder.texts() : (here[0]?.least ?? [])
    let isOver = false
    const sending = (async () => {
      if (folder.server && random() < 0.5) while (!isOver) await folder.send(4)
    })()
    const { code, err } = await runCommand(['backup', join(folder.path, name), ...db])
    isOver = true
    await sending
    expect([code, err]).toEqual([0, expect.any(String)])
    add({ name, least, most: folder.server ? await folder.texts() : (here[0]?.most ?? []) }, 'backup')
  }

  /** Stop or kill it, and copy the files by hand: of a stopped one the database alone is enough. */
  const leave = async () => {
    const texts = await folder.texts()
    cursor = (await ask('GET', `${folder.url}/v1/rooms/general/events?after=now`, { token: folder.token })).body.cursor
    const isStopped = random() < 0.5
    await (isStopped ? folder.stop() : folder.kill())
    const name = `files${copies.length}.db`
    folder.copy(name, isStopped && random() < 0.5 ? [''] : ['', '-wal'])
    add({ name, least: texts, most: texts }, isStopped ? 'stop' : 'kill')
    here = [copies.at(-1) as Copy]
    goesOn = true
  }

  const restore = async () => {
    const copy = oneOf(copies)
    const words = ['restore', join(folder.path, copy.name), ...db]
    if (random() < 0.2 && here.length === 1) {
      const before = folder.bytes()
      expect(await runCommand(words)).toMatchObject({ code: 1, err: expect.stringContaining('add --replace') })
      expect(folder.bytes()).toEqual(before)
      story.push('restore refused')
    } else if (random() < 0.3) {
      const child = spawn(process.execPath, [serverProgram, ...words, '--replace'], { stdio: 'ignore' })
      const timer = setTimeout(() => child.kill('SIGKILL'), 200 + random() * 1_000)
      await once(child, 'close')
      clearTimeout(timer)
      here = [...here, copy]
      goesOn = false
      story.push(`restore of ${copy.name}, perhaps killed`)
    } else {
      const { code, err } = await runCommand([...words, '--replace'])
      expect([code, err]).toEqual([0, expect.stringContaining('are in place')])
      here = [copy]
      goesOn = false
      restored++
      story.push(`restore of ${copy.name}`)
    }
  }

  const start = async () => {
    const before = folder.bytes()
    const server = await ServerProcess.start(folder.db).catch((error: Error) => error.message)
    if (typeof server === 'string') {
      expect([here.length > 1, server]).toEqual([true, expect.stringContaining('restore was interrupted')])
      expect(folder.bytes()).toEqual(before)
      refused++
      return
    }
    folder.server = server
    const texts = await folder.texts()
    const isOne = here.some(({ least, most }) => least.every((n) => texts.includes(n)) && texts.every((n) => most.includes(n)))
    expect([isOne, texts]).toEqual([true, texts])
    const page = await ask('GET', `${folder.url}/v1/rooms/general/events?after=${cursor}`, { token: folder.token })
    if (here.length === 1) expect(page.status).toBe(goesOn ? 200 : 410)
    expect(await runCommand(['check', ...db])).toMatchObject({ code: 0 })
    story.push(`started with ${texts.length} texts`)
    await folder.send(1 + Math.floor(random() * 5))
  }

  try {
    await folder.stop()
    await folder.start()
    await folder.send(3)
    for (let step = 0; step < stepsMax && restored < enough; step++) {
      if (folder.server) await oneOf([backUp, leave, leave, () => folder.send(random() < 0.1 ? 300 : 3)])()
      else await oneOf([restore, restore, start, ...(here.length === 1 ? [backUp] : [])])()
    }
    if (!folder.server) {
      if (here.length > 1) await runCommand(['restore', join(folder.path, here.at(-1)?.name ?? ''), '--replace', ...db])
      await start()
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${story.join('; ')}`, { cause: error })
  }
  console.log(`${copies.length} copies, ${restored} restores, ${refused} refusals`)
})

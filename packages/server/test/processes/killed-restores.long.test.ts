import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isLong } from '../support/test-length.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { runCommand } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'the program `strace` is missing'
if (missing) console.log(`killed-restores: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`killed-restores cannot run: ${missing}`)

/** What restore renames: the copy that was read through, the database, its WAL, and the copy again. */
const renames = 4
const all = Array.from({ length: renames }, (_, n) => n + 1)
const some = isLong ? all : [2 + Math.floor(randomFrom(seedOfThisRun())() * (renames - 1))]

test.skipIf(missing).each(some)(
  'a restore that is killed as it begins rename %i leaves what was there, or no server starts',
  {
    timeout: 300_000
  },
  async (n) => {
    const folder = await DatabaseFolder.make()
    const copy = join(folder.path, 'copy.db')
    await folder.send(2)
    await runCommand(['backup', copy, '--db', folder.db])
    await folder.send(2)
    await folder.kill()
    const calls = 'rename,renameat,renameat2'
    const strace = [
      'strace',
      '-D',
      '-f',
      '-o',
      '/dev/null',
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${calls}:signal=KILL:when=${n}`
    ]
    const killed = await runCommand(['restore', copy, '--replace', '--db', folder.db], strace)
    expect(killed).toEqual({ code: null, out: '', err: '' })

    const before = folder.bytes()
    if (n === 1) {
      await folder.start()
      expect(await folder.texts()).toEqual([0, 1, 2, 3])
      await folder.kill()
    } else {
      for (const words of [['check'], ['backup', join(folder.path, 'new.db')]]) {
        const { code, err } = await runCommand([...words, '--db', folder.db])
        expect([words, code, err]).toEqual([
          words,
          78,
          expect.stringContaining('restore was interrupted before chat.db was in its place')
        ])
      }
      expect(await ServerProcess.refused(folder.db)).toEqual({
        code: 78,
        said: expect.stringContaining('chat-server restore BACKUP')
      })
      expect(folder.bytes()).toEqual(before)
    }

    const again = await runCommand(['restore', copy, ...(n === 1 ? ['--replace'] : []), '--db', folder.db, '--json'])
    expect(again.code).toBe(0)
    await folder.start()
    expect(await folder.texts()).toEqual([0, 1])
    await folder.stop()
    // Nothing of what was there is lost, nor parted from its WAL.
    const { keptAs } = JSON.parse(again.out)
    expect(readdirSync(folder.path).filter((name) => /\.replaced-\d+-\d+$/.test(name))).toHaveLength(1)
    expect((await runCommand(['restore', keptAs, '--replace', '--db', folder.db])).code).toBe(0)
    await folder.start()
    expect(await folder.texts()).toEqual([0, 1, 2, 3])
  }
)

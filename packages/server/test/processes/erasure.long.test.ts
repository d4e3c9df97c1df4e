import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { ServerProcess } from './support/server-process.ts'

const letters = 'abcdefghijkmnpqrstuvwxyz'
const roomNames = ['general', 'ops', 'dev', 'lab']

/** The index keeps a word without what it begins with in common with another. */
const tail = (word: string): string => word.slice(-8)

/** How many of the words in `list` stand anywhere in the files. Another process looks: closing them here would drop SQLite's locks. */
function found(list: string, files: string[]): number {
  const { stdout } = spawnSync('grep', ['-h', '-o', '-a', '-F', '-f', list, ...files], { maxBuffer: 1 << 30, encoding: 'latin1' })
  return new Set(stdout.split('\n').filter(Boolean)).size
}

const soon = { within: 5, args: ['--erase-within', '5'] }
const runs = {
  short: [{ messages: 400, ...soon }],
  long: [
    { messages: 4000, ...soon },
    { messages: 400, within: 60, args: [] }
  ]
}

test.each(length(runs))(
  '$messages texts that were deleted or edited away are in no byte of the database and its index after $within s',
  { timeout: 10 * 60_000 },
  async ({ messages, within, args }) => {
    const seed = seedOfThisRun()
    console.log(`erasure.test seed ${seed}`)
    const random = randomFrom(seed)
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-erasure-'))
    const files = ['chat.db', 'chat.db-wal'].map((name) => join(folder, name))
    const index = ['chat.db.search', 'chat.db.search-wal'].map((name) => join(folder, name))
    const server = await ServerProcess.start(files[0] as string, { args })
    onTestFinished(async () => {
      await server.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })
    const token = await register(server.url, 'ana')
    const rooms = roomNames.map((name) => `${server.url}/v1/rooms/${name}`)
    for (const name of roomNames.slice(1)) await ask('POST', `${server.url}/v1/rooms`, { token, json: { name } })
    const cursors = await Promise.all(rooms.map(async (room) => (await ask('GET', `${room}/messages`, { token })).body.cursor))
    const followers = rooms.map((room, n) => new Follower(() => `${room}/events`, token, cursors[n]))

    const word = () => Array.from({ length: 12 }, () => letters[Math.floor(random() * letters.length)]).join('')
    const erased = Array.from({ length: messages }, word)
    const kept = Array.from({ length: 50 }, word)
    const sent: { url: string; fate: number }[] = []
    let next = 0
    const send = async () => {
      while (next < messages) {
        const n = next++
        const room = rooms[Math.floor(random() * rooms.length)] as string
        // one in twenty is longer than three pages of the database
        const isLong = random() < 0.05
        const text = Array(isLong ? 50 : 1 + Math.floor(random() * 8))
          .fill(erased[n])
          .join(isLong ? '🐧'.repeat(65) : ' ')
        const { body, status } = await ask('POST', `${room}/messages`, { token, json: { text } })
        expect(status).toBe(201)
        sent.push({ url: `${room}/messages/${body.id}`, fate: random() })
      }
    }
    await Promise.all(Array.from({ length: 16 }, send))
    for (const text of kept) await ask('POST', `${rooms[0]}/messages`, { token, json: { text } })
    const lists = [join(folder, 'erased'), join(folder, 'kept')]
    writeFileSync(lists[0] as string, erased.map(tail).join('\n'))
    writeFileSync(lists[1] as string, kept.map(tail).join('\n'))
    expect(found(lists[0] as string, files)).toBe(messages)
    // The index is begun with the first search, and catches up.
    await ask('GET', `${server.url}/v1/search?q=x`, { token })
    await expect.poll(() => found(lists[0] as string, index)).toBe(messages)

    const change = async () => {
      for (let message = sent.pop(); message; message = sent.pop()) {
        const { url, fate } = message
        if (fate < 0.5) expect((await ask('DELETE', url, { token })).status).toBe(204)
        else
          expect(
            (await ask('PUT', url, { token, json: { text: fate < 0.75 ? 'x' : 'another text, perhaps a longer one' } })).status
          ).toBe(200)
      }
    }
    await Promise.all(Array.from({ length: 16 }, change))
    const until = performance.now() + within * 1000
    for (const [n, room] of rooms.entries()) {
      const { body } = await ask('GET', `${room}/messages?limit=1`, { token })
      await followers[n]?.until(Number(body.cursor.split('.')[1]))
    }
    const all = [...files, ...index]
    while (performance.now() < until && found(lists[0] as string, all) > 0) await pause(500)
    expect(found(lists[0] as string, all)).toBe(0)
    for (const place of [files, index]) expect(found(lists[1] as string, place)).toBe(kept.length)
    for (const follower of followers) follower.end()
    expect(await server.end()).toBe(0)
    expect(found(lists[0] as string, [files[0] as string, index[0] as string])).toBe(0)
  }
)

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { runCommand } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

const letters = 'abcdefghijkmnpqrstuvwxyz'
const roomNames = ['general', 'ops', 'dev', 'lab']

/** The index keeps a word without what it begins with in common with another: of thousands, that may well be five letters. */
const tail = (word: string): string => word.slice(-8)

/** How many of the words in `list` stand anywhere in the files. Another process looks: closing them here would drop SQLite's locks. */
function found(list: string, files: string[]): number {
  const { stdout } = spawnSync('grep', ['-h', '-o', '-a', '-F', '-f', list, ...files], { maxBuffer: 1 << 30, encoding: 'latin1' })
  return new Set(stdout.split('\n').filter(Boolean)).size
}

const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name))

const dayMs = 24 * 60 * 60 * 1000

/** A database with a room that keeps messages for a day, and in it `texts` of three days ago, some of them edited since. */
async function leaveOldMessages(db: string, texts: readonly string[], index: () => number): Promise<void> {
  const store = await openSqliteStore({ file: db })
  const atMs = Date.now() - 3 * dayMs
  const write = { actor: 1, room: 'old', atMs }
  await store.commit([
    { kind: 'register', name: 'marta', userKind: 'person', tokenDigest: new Uint8Array(32), atMs },
    { kind: 'create-room', actor: 1, name: 'old', title: '', visibility: 'public', atMs }
  ])
  const once = (n: number) => ({ key: `old-${n}`, fingerprint: new Uint8Array(32) })
  await store.commit(texts.map((text, n) => ({ kind: 'send', ...write, text, once: once(n) }) as const))
  await store.commit(
    texts
      .slice(0, 20)
      .map((text, n) => ({ kind: 'edit', ...write, id: n + 3, text: `${text} ${text}`, atMs: Date.now() }) as const)
  )
  await store.commit([{ kind: 'change-room', ...write, changes: { retainDays: 1 } }])
  await store.search({ reader: 1, terms: [], limit: 1 })
  await expect.poll(index).toBe(texts.length)
  await store.close()
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
  '$messages texts that were deleted or edited away, and those that a room no longer keeps, are in no byte of any file after $within s',
  { timeout: 10 * 60_000 },
  async ({ messages, within, args }) => {
    const seed = seedOfThisRun()
    console.log(`erasure.test seed ${seed}`)
    const random = randomFrom(seed)
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-erasure-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [data, told, lists] = ['data', 'told', 'lists'].map((name) => join(folder, name)) as [string, string, string]
    for (const place of [data, told, lists]) mkdirSync(place)
    const db = join(data, 'chat.db')
    const files = [db, `${db}-wal`]
    const index = [`${db}.search`, `${db}.search-wal`]
    const word = () => Array.from({ length: 16 }, () => letters[Math.floor(random() * letters.length)]).join('')
    /** Some words, and a list of what must be looked for to find them. */
    const words = (name: string, count: number) => {
      const made = Array.from({ length: count }, word)
      writeFileSync(join(lists, name), made.map(tail).join('\n'))
      return { made, list: join(lists, name) }
    }
    const [erased, swept, kept] = [words('erased', messages), words('swept', 150), words('kept', 50)]

    await leaveOldMessages(db, swept.made, () => found(swept.list, index))
    expect(found(swept.list, files)).toBe(swept.made.length)
    const log: string[] = []
    const onLine = (line: string) => void log.push(line)
    const server = await ServerProcess.start(db, { args: [...args, '--log-level', 'debug'], onLine })
    onTestFinished(async () => void (await server.end('SIGKILL')))
    const token = await register(server.url, 'ana')
    const rooms = roomNames.map((name) => `${server.url}/v1/rooms/${name}`)
    for (const name of roomNames.slice(1)) await ask('POST', `${server.url}/v1/rooms`, { token, json: { name } })
    const cursors = await Promise.all(rooms.map(async (room) => (await ask('GET', `${room}/messages`, { token })).body.cursor))
    const followers = rooms.map((room, n) => new Follower(() => `${room}/events`, token, cursors[n]))

    const sent: { url: string; fate: number }[] = []
    let next = 0
    const send = async () => {
      while (next < messages) {
        const n = next++
        const room = rooms[Math.floor(random() * rooms.length)] as string
        // one in twenty is longer than three pages of the database
        const isLong = random() < 0.05
        const text = Array(isLong ? 50 : 1 + Math.floor(random() * 8))
          .fill(erased.made[n])
          .join(isLong ? '🐧'.repeat(65) : ' ')
        const { body, status } = await ask('POST', `${room}/messages`, {
          token,
          json: { text },
          headers: { 'idempotency-key': `key-${n}` }
        })
        expect(status).toBe(201)
        sent.push({ url: `${room}/messages/${body.id}`, fate: random() })
      }
    }
    await Promise.all(Array.from({ length: 16 }, send))
    for (const text of kept.made) await ask('POST', `${rooms[0]}/messages`, { token, json: { text } })
    expect(found(erased.list, files)).toBe(messages)
    // The index is begun with the first search, and catches up.
    await ask('GET', `${server.url}/v1/search?q=x`, { token })
    await expect.poll(() => found(erased.list, index)).toBe(messages)

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
    for (const [n, room] of rooms.entries()) {
      const { body } = await ask('GET', `${room}/messages?limit=1`, { token })
      await followers[n]?.until(Number(body.cursor.split('.')[1]))
    }
    // A server looks for what is too old some seconds after its start, and then every hour.
    const old = `${server.url}/v1/rooms/old`
    await expect.poll(async () => (await ask('GET', `${old}/messages`, { token })).body.messages, { timeout: 60_000 }).toEqual([])
    const until = performance.now() + within * 1000
    const gone = () => found(erased.list, filesIn(data)) + found(swept.list, filesIn(data))
    while (performance.now() < until && gone() > 0) await pause(500)
    expect(gone()).toBe(0)
    for (const place of [files, index]) expect(found(kept.list, place)).toBe(kept.made.length)

    // What is told of it, and what is kept of what was told.
    const backup = join(told, 'backup.db')
    expect(await runCommand(['backup', backup, '--db', db])).toMatchObject({ code: 0 })
    for (const [n, room] of [...rooms, old].entries()) {
      writeFileSync(join(told, `export-${n}`), await textAt(`${room}/export`, token))
      writeFileSync(join(told, `history-${n}`), await textAt(`${room}/messages?limit=200`, token))
    }
    writeFileSync(join(told, 'metrics'), await textAt(`${server.url}/metrics`, token))
    writeFileSync(join(told, 'log'), log.join('\n'))
    for (const { list } of [erased, swept]) expect(found(list, filesIn(told))).toBe(0)
    for (const place of [backup, join(told, 'export-0')]) expect(found(kept.list, [place])).toBe(kept.made.length)
    for (const place of ['metrics', 'log']) expect(found(kept.list, [join(told, place)])).toBe(0)
    expect(log.some((line) => /erased \d+ events that \S+ no longer keeps/.test(line))).toBe(true)

    for (const follower of followers) follower.end()
    expect(await server.end()).toBe(0)
    expect(gone()).toBe(0)
  }
)

async function textAt(url: string, token: string): Promise<string> {
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text()
}

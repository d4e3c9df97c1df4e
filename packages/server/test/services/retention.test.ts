import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Retention } from '../../src/services/retention.ts'
import type { Command } from '../../src/stores/commands.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** A store with `messages` of the first day in a room that keeps them for one. */
async function open(messages: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-retention-'))
  const store = await openSqliteStore({ file: join(folder, 'chat.db') })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const write = { actor: 1, room: 'ops', atMs: 0 }
  await store.commit([
    { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs: 0 },
    { kind: 'create-room', actor: 1, name: 'ops', title: '', visibility: 'public', atMs: 0 },
    { kind: 'change-room', ...write, changes: { retainDays: 1 } }
  ])
  await store.commit(Array.from({ length: messages }, (_, n) => ({ kind: 'send', ...write, text: `text ${n}` }) as const))
  const log = (await store.room('ops', 1))?.log as number
  const kept = async () => (await store.history(log, { limit: 10_000, bytes: 1e6 })).messages.length
  return { store, kept }
}

/** What it says to the log, and what failed. */
function retentionOf(store: Store, now: () => number) {
  const said: [facts: object, happening: string][] = []
  const failed: unknown[] = []
  const tell = (facts: object, happening: string) => void said.push([facts, happening])
  const onError = (error: unknown) => void failed.push(error)
  const retention = new Retention({ store, now, log: { info: tell, warn: tell }, onError, firstAfterMs: 1e9 })
  onTestFinished(() => retention.stop())
  return { retention, said, failed }
}

test('all that is too old goes, piece by piece, and the log of the server says from which room', async () => {
  const { store, kept } = await open(700)
  let nowMs = 0
  const { retention, said } = retentionOf(store, () => nowMs)
  for (nowMs = 0; nowMs <= dayMs; nowMs += hourMs) await retention.sweep()
  expect([await kept(), said]).toEqual([700, []])
  await retention.sweep()
  expect(await kept()).toBe(0)
  expect(said).toEqual([[{ room: 'ops', events: 703 }, 'erased 703 events that ops no longer keeps']])
})

test('a clock that jumps erases nothing before it has gone on for a day, and that is told once', async () => {
  const { store, kept } = await open(3)
  let nowMs = 0
  const { retention, said } = retentionOf(store, () => nowMs)
  await retention.sweep()
  const jumpedTo = 365 * dayMs
  for (nowMs = jumpedTo; nowMs < jumpedTo + dayMs; nowMs += hourMs) await retention.sweep()
  expect(await kept()).toBe(3)
  expect(said).toEqual([
    [{ hours: 365 * 24, until: new Date(jumpedTo + dayMs).toISOString() }, expect.stringContaining('no message is erased')]
  ])
  await retention.sweep()
  expect(await kept()).toBe(0)
})

test('a server that is started again while nothing is erased says until when, and not that the clock has moved again', async () => {
  const { store } = await open(1)
  await retentionOf(store, () => 0).retention.sweep()
  const jumpedTo = 365 * dayMs
  await retentionOf(store, () => jumpedTo).retention.sweep()
  const { retention, said } = retentionOf(store, () => jumpedTo + hourMs)
  await retention.sweep()
  await retention.sweep()
  expect(said).toEqual([[{ until: new Date(jumpedTo + dayMs).toISOString() }, expect.stringContaining('before this server')]])
})

test('a clock that jumps and is put right has erased nothing', async () => {
  const { store, kept } = await open(3)
  let nowMs = 0
  const { retention } = retentionOf(store, () => nowMs)
  for (const hours of [0, 1, 365 * 24, 365 * 24 + 1, 3, 4, 5, 6]) {
    nowMs = hours * hourMs
    await retention.sweep()
  }
  expect(await kept()).toBe(3)
})

test('it stops between two pieces, and goes on from there another time', async () => {
  const { store, kept } = await open(700)
  const { retention } = retentionOf(store, () => 2 * dayMs)
  const { commit } = store
  store.commit = async (commands: readonly Command[]) => {
    if (commands[0]?.kind === 'sweep') retention.stop()
    return commit.call(store, commands) as never
  }
  await retention.sweep()
  const left = await kept()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(700)
  store.commit = commit
  await retentionOf(store, () => 2 * dayMs).retention.sweep()
  expect(await kept()).toBe(0)
})

test('a server does it by itself, again and again, also after it could not', async () => {
  const { store, kept } = await open(3)
  const { commit } = store
  let refusals = 2
  store.commit = async (commands: readonly Command[]) => {
    if (refusals-- > 0) throw new Error('the disk is full')
    return commit.call(store, commands) as never
  }
  const failed: unknown[] = []
  const done = new Promise<void>((resolve) => {
    const log = { info: () => resolve(), warn: () => {} }
    const onError = (error: unknown) => void failed.push(error)
    const retention = new Retention({ store, now: () => 2 * dayMs, log, onError, firstAfterMs: 1, everyMs: 1 })
    onTestFinished(() => retention.stop())
  })
  await done
  expect(await kept()).toBe(0)
  expect(failed.map(String)).toEqual(['Error: the disk is full', 'Error: the disk is full'])
})

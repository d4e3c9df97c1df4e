import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnswerOf, Command, Results } from '../../src/stores/commands.ts'
import type { Extent } from '../../src/stores/records.ts'
import type { Store } from '../../src/stores/store.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
/** Times are given in days after it. */
const beginMs = Date.UTC(2026, 10, 1)
const onDay = (day: number) => beginMs + day * dayMs
const iso = (day: number) => new Date(onDay(day)).toISOString()
const page = { limit: 5_000, bytes: 256 * 1024 }
const digest = (n: number) => new Uint8Array(32).fill(n)

/** What every store lets go of when a room keeps what is written for some days only. */
export const retentionContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store, retention`, () => {
    let folder: string
    let store: Store
    let ana: number
    let ops: number

    const commit = async <K extends Command['kind']>(command: Extract<Command, { kind: K }>) => {
      const [answer] = await store.commit([command as Command])
      if (!answer || answer.refused) throw new Error(`${command.kind} was refused: ${JSON.stringify(answer?.refused)}`)
      return answer as Exclude<AnswerOf<Results[K]>, { refused: unknown }>
    }
    const write = (day: number, room = 'ops') => ({ actor: ana, room, atMs: onDay(day) })
    const say = async (text: string, day: number, key?: string, room?: string) => {
      const once = key === undefined ? undefined : { key, fingerprint: digest(9) }
      return (await commit<'send'>({ kind: 'send', ...write(day, room), text, once })).message.id
    }
    const retain = (retainDays: number | null, room?: string, day = 0) =>
      commit<'change-room'>({ kind: 'change-room', ...write(day, room), changes: { retainDays } })
    /** All that is too old on this day, lot by lot; gives how many events went, and of which rooms. */
    const sweep = async (day: number) => {
      let swept = 0
      const rooms = new Set<string>()
      for (let after = 0; ; ) {
        const lot = await commit<'sweep'>({ kind: 'sweep', after, atMs: onDay(day) })
        if (lot.room === null) return { swept, rooms: [...rooms] }
        swept += lot.swept
        rooms.add(lot.room.name)
        if (!lot.isMore) after = lot.room.log
      }
    }
    const extent = async (log = ops) => (await store.extents([log])).get(log) as Extent
    const events = async (after = 0, log = ops) => store.events(log, after, (await extent(log)).head, page)
    const texts = async (log = ops) => (await store.history(log, page)).messages.map(({ text }) => text)

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-retention-'))
      store = await open(folder)
      ana = (
        await commit<'register'>({ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: digest(1), atMs: beginMs })
      ).user.id
      await commit<'create-room'>({
        kind: 'create-room',
        actor: ana,
        name: 'ops',
        title: '',
        visibility: 'public',
        atMs: beginMs
      })
      ops = (await store.room('ops', ana))?.log as number
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('a room keeps everything until it is told for how many days; that is a setting like any other', async () => {
      await say('old', 1)
      expect(await sweep(4_000)).toEqual({ swept: 0, rooms: [] })
      expect((await store.room('ops', ana))?.room).toMatchObject({ retainDays: null, rev: 1 })
      const { room, events: told } = await retain(30, 'ops', 2)
      expect([room, told]).toMatchObject([
        { retainDays: 30, rev: 4 },
        [{ seq: 4, type: 'room.updated', settings: { title: '', visibility: 'public', archived: false, retainDays: 30 } }]
      ])
      expect((await retain(30)).events).toEqual([])
      expect((await store.rooms(ana, { limit: 9, own: true })).items).toMatchObject([{ name: 'ops', retainDays: 30 }])
      expect((await retain(null)).room).toMatchObject({ retainDays: null, rev: 5 })
      expect(await sweep(4_000)).toEqual({ swept: 0, rooms: [] })
      expect(await texts()).toEqual(['old'])
    })

    test('what is older leaves the log, the history and every count; the room, its members and what is younger stay', async () => {
      for (const day of [1, 2, 3, 4]) await say(`of day ${day}`, day)
      await retain(2, 'ops', 4)
      const head = 7
      expect(await sweep(5)).toEqual({ swept: 4, rooms: ['ops'] }) // created, joined, day 1 and day 2; day 3 is two days old, and no more
      expect(await extent()).toEqual({ firstSeq: 5, head })
      expect((await events()).map(({ seq }) => seq)).toEqual([5, 6, 7])
      const first = await store.history(ops, { ...page, limit: 1, after: 0 })
      expect(first).toMatchObject({ firstSeq: 5, head, messages: [{ id: 5 }], earlier: false, later: true })
      expect(await store.history(ops, { ...page, limit: 1, around: 3 })).toMatchObject({ messages: [{ id: 5 }], earlier: false })
      expect((await store.history(ops, { ...page, before: 5 })).messages).toEqual([])
      expect(await store.message(ops, 3)).toBeUndefined()
      expect(await store.unread(ops, 0, 0, head)).toEqual({ count: 2 })
      expect(await store.room('ops', ana)).toMatchObject({ firstSeq: 5, head, actsAs: 'owner', room: { retainDays: 2, rev: 7 } })
      expect((await store.members(ops, { limit: 9 })).items).toMatchObject([{ name: 'ana', role: 'owner' }])
      expect(await sweep(5)).toEqual({ swept: 0, rooms: ['ops'] })
    })

    test('a room of which everything is too old goes on where it was', async () => {
      await say('old', 1)
      await retain(1, 'ops', 1)
      expect(await sweep(30)).toMatchObject({ swept: 4 })
      expect(await extent()).toEqual({ firstSeq: 5, head: 4 })
      expect([await events(), await texts()]).toEqual([[], []])
      expect(await say('new', 30)).toBe(5)
      expect((await events(4)).map(({ seq }) => seq)).toEqual([5])
    })

    test('other rooms are left alone, and each room has its own days', async () => {
      const names = ['dev', 'lab', 'zoo']
      for (const name of names) {
        await commit<'create-room'>({ kind: 'create-room', actor: ana, name, title: '', visibility: 'public', atMs: beginMs })
        for (const day of [1, 10]) await say(`of day ${day}`, day, undefined, name)
      }
      await say('kept for ever', 1)
      await retain(5, 'dev', 10)
      await retain(20, 'lab', 10)
      expect(await sweep(12)).toEqual({ swept: 3, rooms: ['dev', 'lab'] })
      const kept = await Promise.all(names.map(async (name) => texts((await store.room(name, ana))?.log)))
      expect(kept).toEqual([['of day 10'], ['of day 1', 'of day 10'], ['of day 1', 'of day 10']])
      expect(await texts()).toEqual(['kept for ever'])
    })

    test('an event that outlives its message shows that the message is gone, by whom it was and when it was sent', async () => {
      const edited = await say('first', 1)
      const deleted = await say('second', 1)
      const unchanged = await say('third', 1)
      await commit<'edit'>({ kind: 'edit', ...write(1), id: edited, text: 'mended at once' })
      await commit<'edit'>({ kind: 'edit', ...write(5), id: edited, text: 'mended late' })
      await commit<'delete'>({ kind: 'delete', ...write(5), id: deleted })
      await retain(2, 'ops', 5)
      const { events: late } = await commit<'edit'>({ kind: 'edit', ...write(5), id: edited, text: 'mended again' })
      await sweep(6)
      expect(unchanged).toBe(5)
      const author = { name: 'ana', kind: 'person' }
      const tombstone = { id: edited, room: 'ops', author, text: null, createdAt: iso(1), editedAt: iso(5), deletedAt: iso(6) }
      const seen = await events(6)
      expect(seen.map(({ seq, type }) => [seq, type])).toEqual([
        [7, 'message.edited'],
        [8, 'message.deleted'],
        [9, 'room.updated'],
        [10, 'message.edited']
      ])
      const messages = seen.flatMap((event) => messageOf(event) ?? [])
      const { rev } = messageOf(late[0] as (typeof late)[number]) ?? {}
      expect(messages).toEqual([
        { ...tombstone, rev },
        { ...tombstone, id: deleted, editedAt: null, deletedAt: iso(5), rev: 8 },
        { ...tombstone, rev }
      ])
      expect(await texts()).toEqual([])
      await sweep(8)
      expect(await extent()).toEqual({ firstSeq: 11, head: 10 })
    })

    test('whoever wants to edit or delete what is no longer kept is told so', async () => {
      const id = await say('old', 1)
      await retain(1, 'ops', 1)
      await sweep(5)
      const refusals = await Promise.all(
        [id, 1, 99, 0].flatMap((one) => [
          store.commit([{ kind: 'edit', ...write(5), id: one, text: 'new' }]),
          store.commit([{ kind: 'delete', ...write(5), id: one }])
        ])
      )
      const expired = { code: 'message-expired', retainDays: 1 }
      const never = { code: 'message-not-found' }
      expect(refusals.map(([answer]) => answer?.refused)).toEqual([
        expired,
        expired,
        expired,
        expired,
        never,
        never,
        never,
        never
      ])
    })

    test('with a message goes the key that it was sent with', async () => {
      await say('old', 1, 'k')
      await say('young', 1.9, 'other')
      await retain(1, 'ops', 1.9)
      await sweep(2.5)
      expect(await texts()).toEqual(['young'])
      // A clock that went back: the key would still count.
      const again = { kind: 'send', ...write(1.5), text: 'again', once: { key: 'k', fingerprint: digest(8) } } as const
      expect((await store.commit([again]))[0]).toMatchObject({ replayed: false, message: { text: 'again' } })
      const replayed = { kind: 'send', ...write(2), text: 'young', once: { key: 'other', fingerprint: digest(9) } } as const
      expect((await store.commit([replayed]))[0]).toMatchObject({ replayed: true, message: { text: 'young' } })
    })

    test('what was written while the clock was ahead stays until its time comes, and what follows it too', async () => {
      await say('before', 1)
      await say('by a clock that was ahead', 100)
      await say('after', 2)
      await retain(1, 'ops', 2)
      await sweep(10)
      expect(await texts()).toEqual(['by a clock that was ahead', 'after'])
      await sweep(102)
      expect(await texts()).toEqual([])
    })

    test('much goes in lots, and between any two the log has no gap', async () => {
      const many = 350
      const sends = Array.from({ length: many }, (_, n) => ({ kind: 'send', ...write(1), text: `text ${n}` }) as const)
      await store.commit(sends)
      await retain(1, 'ops', 5)
      const seen: number[] = []
      for (let isMore = true; isMore; ) {
        const lot = await commit<'sweep'>({ kind: 'sweep', after: 0, atMs: onDay(5) })
        isMore = lot.isMore
        seen.push(lot.swept)
        const { firstSeq, head } = await extent()
        const kept = await events()
        expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: head - firstSeq + 1 }, (_, n) => firstSeq + n))
      }
      expect(seen.length).toBeGreaterThan(1)
      expect(seen.reduce((sum, n) => sum + n, 0)).toBe(many + 2)
    })

    test('a clock that has moved by much is not trusted at once, whichever way it went, and what was told of it holds after a restart', async () => {
      const note = async (hours: number) => {
        const { movedMs, keepsUntilMs } = await commit<'note-clock'>({ kind: 'note-clock', atMs: beginMs + hours * hourMs })
        return [movedMs === null ? null : movedMs / hourMs, keepsUntilMs === null ? null : (keepsUntilMs - beginMs) / hourMs]
      }
      expect(await note(0)).toEqual([null, null])
      expect(await note(1)).toEqual([1, null])
      expect(await note(17)).toEqual([16, 19]) // switched off over night
      await store.close()
      store = await open(folder)
      expect(await note(18)).toEqual([1, 19])
      expect(await note(19)).toEqual([1, null])
      const year = 365 * 24
      expect(await note(year)).toEqual([year - 19, year + 24])
      expect(await note(year + 3)).toEqual([3, year + 24]) // and switched off meanwhile: that makes the wait no shorter
      expect(await note(year + 23)).toEqual([20, year + 25]) // but longer
      expect(await note(20)).toEqual([20 - year - 23, 20 + 24]) // put right
      expect(await note(21)).toEqual([1, 20 + 24])
    })
  })

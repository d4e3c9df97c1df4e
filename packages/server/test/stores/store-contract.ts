import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareKeys, nameKey, ownedRoomsMax, type RoomChanges } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import type { Answer, CommandKind, Results } from '../../src/stores/commands.ts'
import { erasesTexts } from '../../src/stores/erasing.ts'
import { keepsLabUsers, type LabStore } from '../../src/stores/lab-store.ts'
import type { HistoryRange, ListPage, PageBounds, RoomRange } from '../../src/stores/records.ts'
import type { SearchRequest } from '../../src/stores/searching.ts'
import type { Store } from '../../src/stores/store.ts'
import { hasFigures } from '../../src/stores/store-figures.ts'
import { termsOf } from '../../src/stores/words.ts'

const page: PageBounds = { limit: 500, bytes: 256 * 1024 }
const all = { limit: 100 }
const atMs = Date.UTC(2026, 10, 23, 10)
const digest = (n: number) => new Uint8Array(32).fill(n)
const once = (key: string, n = 1) => ({ key, fingerprint: digest(n) })

/** The answer of a command that must have been accepted. */
function accepted<K extends CommandKind>(answer: Answer<K>): Results[K] {
  if (answer.refused) throw new Error(`refused: ${JSON.stringify(answer.refused)}`)
  return answer as Results[K]
}
const refusal = (answer: Answer<CommandKind>) => answer.refused

/** The same store, to test what it may do besides: a back end that does not have it skips the test. */
function having<T>(store: Store, has: (store: Store) => store is Store & T, context: TestContext): Store & T {
  if (!has(store)) return context.skip('this store does not do that')
  return store
}

/**
 * What every store keeps: all of `Store`, and of the interfaces beside it those that the store has. A test of such a one is
 * skipped where it is missing. `open` is called again with the same folder to see what a restart leaves.
 */
export const storeContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store`, () => {
    let folder: string
    let store: Store
    let ana: number
    let luis: number
    let marta: number

    const registration = (name: string, n: number) =>
      ({ kind: 'register', name, userKind: 'person', tokenDigest: digest(n), atMs }) as const
    const register = async (name: string, n: number) => accepted((await store.commit([registration(name, n)]))[0]).user.id
    const createRoom = async (actor: number, name: string, visibility: 'public' | 'private' = 'public') => {
      const [answer] = await store.commit([{ kind: 'create-room', actor, name, title: '', visibility, atMs }])
      return accepted(answer).log
    }
    const send = async (actor: number, room: string, text: string) => {
      const [answer] = await store.commit([{ kind: 'send', actor, room, text, atMs }])
      return accepted(answer).message
    }
    const reopen = async () => {
      await store.close()
      store = await open(folder)
    }
    const wholeLog = async (log: number) => {
      const head = (await store.extents([log])).get(log)?.head ?? 0
      const events = []
      for (let after = 0; after < head; after = events.at(-1)?.seq ?? head) {
        events.push(...(await store.events(log, after, head, page)))
      }
      return events
    }

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-store-'))
      store = await open(folder)
      const people = await store.commit([registration('ana', 1), registration('luis', 2), registration('marta', 3)])
      ;[ana, luis, marta] = people.map((answer) => accepted(answer).user.id) as [number, number, number]
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    describe('the log', () => {
      test('numbers what many writers send at once without a gap, and shows it to whoever was answered', async () => {
        const log = await createRoom(ana, 'ops')
        const ids = await Promise.all(
          Array.from({ length: 300 }, async (_, n) => {
            const message = await send([ana, luis, marta][n % 3] as number, 'ops', `text ${n}`)
            expect((await store.message(log, message.id))?.text).toBe(`text ${n}`)
            return message.id
          })
        )
        expect(new Set(ids).size).toBe(300)
        const events = await wholeLog(log)
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
        expect(events.filter(({ type }) => type === 'message.created')).toHaveLength(300)
      })

      test('has all that was accepted before the store was closed, also what waited behind another commit', async () => {
        const log = await createRoom(ana, 'ops')
        const first = send(ana, 'ops', 'first')
        await new Promise((resolve) => setImmediate(resolve)) // it is under way
        const others = Array.from({ length: 600 }, (_, n) => send(ana, 'ops', `text ${n}`))
        const closing = store.close()
        const ids = (await Promise.all([first, ...others])).map(({ id }) => id)
        await closing
        store = await open(folder)
        const events = await wholeLog(log)
        expect(events.filter(({ type }) => type === 'message.created').map(({ seq }) => seq)).toEqual(ids)
      })

      test('begins with who made the room, and a first send joins in the same commit', async () => {
        const log = await createRoom(ana, 'ops')
        const [answer] = await store.commit([{ kind: 'send', actor: luis, room: 'ops', text: 'hi', atMs }])
        expect(accepted(answer).events.map(({ type }) => type)).toEqual(['member.joined', 'message.created'])
        expect(await wholeLog(log)).toMatchObject([
          {
            seq: 1,
            type: 'room.created',
            actor: 'ana',
            settings: { title: '', visibility: 'public', archived: false, retainDays: null }
          },
          { seq: 2, type: 'member.joined', actor: 'ana', member: { name: 'ana', kind: 'person', role: 'owner' } },
          { seq: 3, type: 'member.joined', actor: 'luis', member: { name: 'luis', role: 'member' } },
          {
            seq: 4,
            type: 'message.created',
            actor: 'luis',
            at: '2026-11-23T10:00:00.000Z',
            message: { id: 4, rev: 4, text: 'hi' }
          }
        ])
      })

      test('is read in pages bounded in events and in bytes, one event at least', async () => {
        const log = await createRoom(ana, 'ops')
        for (let n = 0; n < 6; n++) await send(ana, 'ops', 'x'.repeat(1000))
        const seqs = async (after: number, upTo: number, bounds: PageBounds) =>
          (await store.events(log, after, upTo, bounds)).map(({ seq }) => seq)
        expect(await seqs(0, 8, { limit: 3, bytes: 10_000 })).toEqual([1, 2, 3])
        expect(await seqs(2, 8, { limit: 500, bytes: 2_500 })).toEqual([3, 4])
        expect(await seqs(2, 8, { limit: 500, bytes: 10 })).toEqual([3])
        expect(await seqs(2, 5, page)).toEqual([3, 4, 5])
        expect(await seqs(8, 8, page)).toEqual([])
      })

      test('the answer carries exactly the events that the log then holds', async () => {
        const log = await createRoom(ana, 'ops')
        const first = await send(ana, 'ops', 'one')
        const answers = await store.commit([
          { kind: 'send', actor: luis, room: 'ops', text: 'two', atMs },
          { kind: 'edit', actor: ana, room: 'ops', id: first.id, text: 'uno', atMs },
          { kind: 'join', actor: marta, room: 'ops', member: 'marta', atMs },
          { kind: 'leave', actor: marta, room: 'ops', member: 'marta', atMs }
        ])
        const told = answers.flatMap((answer) => accepted(answer as Answer<'send'>).events)
        expect(await store.events(log, first.id, first.id + told.length, page)).toEqual(told)
      })

      test('extents tell the first and the last event', async () => {
        const ops = await createRoom(ana, 'ops')
        const quiet = await createRoom(ana, 'quiet')
        await send(ana, 'ops', 'hi')
        expect(await store.extents([ops, quiet, 999])).toEqual(
          new Map([
            [ops, { firstSeq: 1, head: 3 }],
            [quiet, { firstSeq: 1, head: 2 }]
          ])
        )
      })
    })

    describe('a commit of several commands', () => {
      test('a refused one costs its neighbours nothing and burns no number', async () => {
        await createRoom(ana, 'ops')
        const answers = await store.commit([
          { kind: 'send', actor: ana, room: 'ops', text: 'one', atMs },
          { kind: 'send', actor: ana, room: 'nowhere', text: 'lost', atMs },
          { kind: 'edit', actor: luis, room: 'ops', id: 3, text: 'mine', atMs },
          { kind: 'delete', actor: ana, room: 'ops', id: 99, atMs },
          { kind: 'send', actor: ana, room: 'ops', text: 'two', atMs }
        ])
        expect(answers.map((answer) => refusal(answer as Answer<'send'>)?.code)).toEqual([
          undefined,
          'room-not-found',
          'not-author',
          'message-not-found',
          undefined
        ])
        expect([accepted(answers[0]).message.id, accepted(answers[4]).message.id]).toEqual([3, 4])
      })

      test('the same key in one commit makes one message', async () => {
        const twice = { kind: 'send', actor: ana, room: 'general', text: 'hi', once: once('k'), atMs } as const
        const [first, second] = await store.commit([twice, twice])
        expect(accepted(first)).toMatchObject({ replayed: false })
        expect(accepted(second)).toMatchObject({ replayed: true, events: [], message: accepted(first).message })
      })
    })

    describe('commits that come at once', () => {
      test('each has its own answer, whatever becomes of the others', async () => {
        const logs = { ops: await createRoom(ana, 'ops'), den: await createRoom(ana, 'den', 'private') }
        const say = async (actor: number, room: string, text: string, key?: ReturnType<typeof once>) => {
          const [answer] = await store.commit([{ kind: 'send', actor, room, text, once: key, atMs }])
          return answer
        }
        const [one, joining, outside, elsewhere, spelled, again, reused, two, other, missing] = await Promise.all([
          say(ana, 'ops', 'one', once('k')),
          say(luis, 'ops', 'joining'),
          say(marta, 'den', 'outside'),
          say(ana, 'den', 'elsewhere', once('k')),
          say(ana, 'OPS', 'spelled'),
          say(ana, 'ops', 'one', once('k')),
          say(ana, 'ops', 'reused', once('k', 2)),
          say(ana, 'ops', 'two', once('K')),
          say(luis, 'ops', 'other', once('k')),
          say(marta, 'nowhere', 'missing')
        ])
        expect([outside, spelled, reused, missing].map((answer) => refusal(answer)?.code)).toEqual([
          'room-not-found',
          'other-spelling',
          'key-reused',
          'room-not-found'
        ])
        for (const [answer, room, author, text] of [
          [one, 'ops', 'ana', 'one'],
          [joining, 'ops', 'luis', 'joining'],
          [elsewhere, 'den', 'ana', 'elsewhere'],
          [two, 'ops', 'ana', 'two'],
          [other, 'ops', 'luis', 'other']
        ] as const) {
          const { log, message, replayed } = accepted(answer)
          expect({ log, replayed }).toEqual({ log: logs[room], replayed: false })
          expect(message).toMatchObject({ room, author: { name: author, kind: 'person' }, text })
          expect(await store.message(log, message.id)).toEqual(message)
        }
        expect(accepted(again)).toMatchObject({ replayed: true, events: [], message: accepted(one).message })
        expect((await store.history(logs.ops, page)).messages).toHaveLength(4)
      })
    })

    describe('a repeated send', () => {
      const sendOnce = async (text: string, key = once('k'), actor = ana, at = atMs) =>
        (await store.commit([{ kind: 'send', actor, room: 'general', text, once: key, atMs: at }]))[0]

      test('has one effect: in parallel, later, and after a restart', async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => sendOnce('hi')))
        await reopen()
        answers.push(await sendOnce('hi'))
        const results = answers.map(accepted)
        expect(new Set(results.map(({ message }) => message.id)).size).toBe(1)
        expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1)
        expect((await store.history(1, page)).messages).toHaveLength(1)
      })

      test('with the same key and another content is refused', async () => {
        await sendOnce('hi')
        expect(refusal(await sendOnce('ho', once('k', 2)))).toEqual({ code: 'key-reused' })
      })

      test('keys of others, of other rooms and of the day before yesterday do not count', async () => {
        await createRoom(ana, 'ops')
        await sendOnce('hi')
        const [elsewhere] = await store.commit([{ kind: 'send', actor: ana, room: 'ops', text: 'hi', once: once('k', 3), atMs }])
        expect(accepted(elsewhere).replayed).toBe(false)
        expect(accepted(await sendOnce('hi', once('k', 4), luis)).replayed).toBe(false)
        expect(accepted(await sendOnce('hi', once('k', 5), ana, atMs + 24 * 3600_000)).replayed).toBe(false)
      })

      test('tells nothing of a private room to who is no member any more, not even that the key is known', async () => {
        await createRoom(ana, 'secret', 'private')
        const say = async (key = once('k')) =>
          (await store.commit([{ kind: 'send', actor: luis, room: 'secret', text: 'hi', once: key, atMs }]))[0]
        const add = { kind: 'join', actor: ana, room: 'secret', member: 'luis', atMs } as const
        await store.commit([add])
        const { id } = accepted(await say()).message
        await store.commit([{ kind: 'leave', actor: ana, room: 'secret', member: 'luis', atMs }])
        for (const key of [once('k'), once('k', 2), once('new')])
          expect(refusal(await say(key))).toEqual({ code: 'room-not-found' })
        await store.commit([add])
        expect(accepted(await say())).toMatchObject({ message: { id }, replayed: true })
      })

      test('is answered in a room that was archived meanwhile', async () => {
        await createRoom(ana, 'ops')
        const say = async () =>
          (await store.commit([{ kind: 'send', actor: ana, room: 'ops', text: 'hi', once: once('k'), atMs }]))[0]
        const { id } = accepted(await say()).message
        accepted((await store.commit([{ kind: 'change-room', actor: ana, room: 'ops', changes: { archived: true }, atMs }]))[0])
        expect(accepted(await say())).toMatchObject({ message: { id }, replayed: true })
      })

      test('answers with the message as it is now', async () => {
        const { id } = accepted(await sendOnce('hi')).message
        await store.commit([{ kind: 'delete', actor: ana, room: 'general', id, atMs }])
        expect(accepted(await sendOnce('hi')).message).toMatchObject({ id, text: null, rev: id + 1 })
      })
    })

    describe('edit and delete', () => {
      test('an edit shows its text in the history and in every event of the message', async () => {
        const log = await createRoom(ana, 'ops')
        const { id } = await send(ana, 'ops', 'helo')
        const [answer] = await store.commit([{ kind: 'edit', actor: ana, room: 'ops', id, text: 'hello', atMs: atMs + 5 }])
        const edited = { id, text: 'hello', rev: id + 1, editedAt: '2026-11-23T10:00:00.005Z', deletedAt: null }
        expect(accepted(answer).message).toMatchObject(edited)
        expect(await store.message(log, id)).toMatchObject(edited)
        expect((await store.history(log, { ...page, limit: 1 })).messages).toMatchObject([edited])
        expect(await store.events(log, id - 1, id + 1, page)).toMatchObject([
          { seq: id, type: 'message.created', message: edited },
          { seq: id + 1, type: 'message.edited', message: edited }
        ])
      })

      test('an edit to the same text is no event', async () => {
        const { id } = await send(ana, 'general', 'same')
        const [answer] = await store.commit([{ kind: 'edit', actor: ana, room: 'general', id, text: 'same', atMs }])
        expect(accepted(answer)).toMatchObject({ events: [], message: { rev: id, editedAt: null } })
      })

      test('a deleted text is in no answer, and deleting or editing it again is refused', async () => {
        const { id } = await send(ana, 'general', 'secret word')
        await store.commit([{ kind: 'edit', actor: ana, room: 'general', id, text: 'secret words', atMs }])
        await store.commit([{ kind: 'delete', actor: ana, room: 'general', id, atMs: atMs + 7 }])
        const deletedAt = '2026-11-23T10:00:00.007Z'
        const everything = [await store.message(1, id), await store.history(1, page), await wholeLog(1)]
        expect(JSON.stringify(everything)).not.toContain('secret')
        expect(everything[0]).toMatchObject({ id, text: null, deletedAt, rev: id + 2 })
        const answers = await store.commit([
          { kind: 'delete', actor: ana, room: 'general', id, atMs },
          { kind: 'edit', actor: ana, room: 'general', id, text: 'back', atMs }
        ])
        expect(answers.map((answer) => refusal(answer as Answer<'edit'>))).toEqual([
          { code: 'message-deleted', deletedAt },
          { code: 'message-deleted', deletedAt }
        ])
      })

      test('only the author edits; the author or an owner deletes', async () => {
        await createRoom(luis, 'ops')
        const { id } = await send(ana, 'ops', 'hi')
        const change = { room: 'ops', id, atMs }
        const answers = await store.commit([
          { kind: 'edit', actor: luis, text: 'ho', ...change },
          { kind: 'edit', actor: marta, text: 'ho', ...change },
          { kind: 'delete', actor: marta, ...change },
          { kind: 'delete', actor: luis, ...change }
        ])
        const notAuthor = { code: 'not-author', author: { name: 'ana', kind: 'person' } }
        expect(answers.map((answer) => refusal(answer as Answer<'edit'>))).toEqual([notAuthor, notAuthor, notAuthor, undefined])
      })

      test('a stale version is refused with the present one', async () => {
        const { id } = await send(ana, 'general', 'one')
        const edit = (text: string, ifMatch: '*' | string[]) =>
          store.commit([{ kind: 'edit', actor: ana, room: 'general', id, text, ifMatch, atMs }])
        expect(accepted((await edit('two', [`${store.epoch}.${id}`]))[0]).message.rev).toBe(id + 1)
        const [stale] = await edit('three', [`${store.epoch}.${id}`, 'else'])
        expect(refusal(stale)).toMatchObject({ code: 'stale', current: { id, text: 'two', rev: id + 1 } })
        const [spelled] = await edit('three', [`${store.epoch}.${id + 1}.0`, `${store.epoch}.0${id + 1}`])
        expect(refusal(spelled)).toMatchObject({ code: 'stale' })
        expect(accepted((await edit('three', '*'))[0]).message.text).toBe('three')
        const [kept] = await store.commit([{ kind: 'delete', actor: ana, room: 'general', id, ifMatch: ['old'], atMs }])
        expect(refusal(kept)).toMatchObject({ code: 'stale', current: { text: 'three' } })
      })
    })

    describe('rooms and members', () => {
      test('names are unique in every spelling, and another spelling is sent to the right one', async () => {
        await createRoom(ana, 'Café')
        const [again] = await store.commit([
          { kind: 'create-room', actor: luis, name: 'CAFÉ', title: '', visibility: 'public', atMs }
        ])
        expect(refusal(again)).toEqual({ code: 'name-taken' })
        const [user] = await store.commit([{ kind: 'register', name: 'ANA', userKind: 'person', tokenDigest: digest(9), atMs }])
        expect(refusal(user)).toEqual({ code: 'name-taken' })
        const [sent] = await store.commit([{ kind: 'send', actor: luis, room: 'café', text: 'hi', atMs }])
        expect(refusal(sent)).toEqual({ code: 'other-spelling', name: 'Café' })
        expect((await store.room('cafe\u0301', luis))?.room.name).toBe('Café')
        expect((await store.user('Ana'))?.name).toBe('ana')
      })

      const noNames = ['ana\0', '\0', 'general\0', 'ana\ud800', '\udc00']
      test.each(noNames)('what can be no name is nobody’s and no room’s (%j)', async (name) => {
        expect(await store.user(name)).toBeUndefined()
        expect(await store.account(name)).toBeUndefined()
        expect(await store.bot(ana, name)).toBeUndefined()
        expect(await store.room(name, ana)).toBeUndefined()
        expect(refusal(await store.invites(ana, { limit: 1, room: name }))).toEqual({ code: 'room-not-found' })
        const token = {
          kind: 'make-token',
          actor: ana,
          by: digest(1),
          name: 'ci',
          scope: 'read',
          expiresAtMs: null,
          atMs
        } as const
        const invite = { role: 'member', admin: false, uses: 1, expiresAtMs: atMs + 1, codeDigest: digest(8), atMs } as const
        const answers = await store.commit([
          { kind: 'send', actor: ana, room: name, text: 'hi', atMs },
          { kind: 'join', actor: ana, room: 'general', member: 'ana', atMs },
          { kind: 'set-role', actor: ana, room: 'general', member: name, role: 'member', atMs },
          { ...token, rooms: [name], tokenDigest: digest(7) },
          { ...token, rooms: null, bot: name, tokenDigest: digest(7) },
          { kind: 'make-invite', actor: ana, by: digest(1), room: name, ...invite }
        ])
        const codes = answers.map((answer) => refusal(answer)?.code)
        expect(codes).toEqual(['room-not-found', undefined, 'not-allowed', 'room-not-found', 'user-not-found', 'room-not-found'])
      })

      test('a user that has to be there is made once, and nobody becomes somebody of another spelling', async () => {
        const ensure = (name: string) => ({ kind: 'ensure-user', name, userKind: 'bot', atMs }) as const
        const [first, second, other, again] = await store.commit([ensure('ci'), ensure('ci'), ensure('CI'), ensure('ana')])
        expect(accepted(first)).toMatchObject({ user: { name: 'ci', kind: 'bot' }, isNew: true })
        expect(accepted(second)).toEqual({ ...accepted(first), isNew: false })
        expect(refusal(other)).toEqual({ code: 'name-taken' })
        expect(accepted(again)).toMatchObject({ user: { id: ana, kind: 'person' }, isNew: false })
        expect(await store.user('ci')).toEqual(accepted(first).user)
      })

      test('an owner changes title, visibility and archiving, against the version that they know', async () => {
        const log = await createRoom(ana, 'ops')
        const change = (changes: RoomChanges, actor = ana, ifMatch?: string[]) =>
          store.commit([{ kind: 'change-room', actor, room: 'ops', changes, ifMatch, atMs }])
        const [titled] = await change({ title: 'Ops' }, ana, [`${store.epoch}.1`])
        expect(accepted(titled)).toMatchObject({
          room: { title: 'Ops', visibility: 'public', archived: false, rev: 3 },
          events: [{ seq: 3, type: 'room.updated', settings: { title: 'Ops', visibility: 'public', archived: false } }]
        })
        expect(accepted((await change({ title: 'Ops' }))[0]).events).toEqual([])
        expect(refusal((await change({ title: 'No' }, luis))[0])).toEqual({ code: 'not-allowed', role: 'owner' })
        expect(refusal((await change({ title: 'Old' }, ana, [`${store.epoch}.1`]))[0])).toMatchObject({
          code: 'stale',
          current: { title: 'Ops', rev: 3 }
        })

        await change({ archived: true })
        const [sent] = await store.commit([{ kind: 'send', actor: ana, room: 'ops', text: 'hi', atMs }])
        expect(refusal(sent)).toEqual({ code: 'room-archived' })
        await change({ archived: false, visibility: 'private' })
        expect(await store.room('ops', luis)).toBeUndefined()
        expect((await store.room('ops', ana))?.room).toMatchObject({ visibility: 'private', archived: false, rev: 5 })
        expect((await store.extents([log])).get(log)?.head).toBe(5)
      })

      test('joining twice and leaving twice', async () => {
        const joining = { kind: 'join', actor: luis, room: 'general', member: 'luis', atMs } as const
        const leaving = { kind: 'leave', actor: luis, room: 'general', member: 'Luis', atMs } as const
        const answers = await store.commit([joining, joining, leaving, leaving])
        expect(accepted(answers[0])).toMatchObject({
          member: { name: 'luis', role: 'member' },
          events: [{ type: 'member.joined' }]
        })
        expect(accepted(answers[1]).events).toEqual([])
        expect(accepted(answers[2]).events).toMatchObject([{ type: 'member.left', reason: 'left', member: { name: 'luis' } }])
        expect(refusal(answers[3])).toEqual({ code: 'member-not-found' })
      })

      test('nobody but owners and moderators adds or removes others', async () => {
        await createRoom(ana, 'ops')
        const at = { room: 'ops', atMs } as const
        const answers = await store.commit([
          { kind: 'join', actor: luis, member: 'marta', ...at },
          { kind: 'join', actor: ana, member: 'marta', ...at },
          { kind: 'leave', actor: luis, member: 'marta', ...at },
          { kind: 'leave', actor: ana, member: 'marta', ...at },
          { kind: 'join', actor: ana, member: 'nobody', ...at }
        ])
        expect(answers.map((answer) => refusal(answer as Answer<'join'>)?.code)).toEqual([
          'not-allowed',
          undefined,
          'not-allowed',
          undefined,
          'user-not-found'
        ])
        expect(accepted(answers[3]).events).toMatchObject([{ type: 'member.left', reason: 'removed', actor: 'ana' }])
      })

      test('one user owns so many rooms and no more', async () => {
        const create = (name: string, actor: number) =>
          ({ kind: 'create-room', actor, name, title: '', visibility: 'public', atMs }) as const
        const answers = await store.commit(Array.from({ length: ownedRoomsMax + 1 }, (_, n) => create(`r${n}`, ana)))
        expect(answers.filter(({ refused }) => refused === undefined)).toHaveLength(ownedRoomsMax)
        expect(answers.at(-1)?.refused).toEqual({ code: 'too-many-rooms' })
        expect((await store.commit([create('other', luis)]))[0].refused).toBeUndefined()
      })

      test('the last owner does not leave, nor an archived room', async () => {
        const log = await createRoom(ana, 'ops')
        await store.commit([{ kind: 'join', actor: ana, room: 'ops', member: 'luis', atMs }])
        const leave = (actor: number, member: string) => store.commit([{ kind: 'leave', actor, room: 'ops', member, atMs }])
        const { head } = (await store.extents([log])).get(log) ?? {}
        expect(refusal((await leave(ana, 'ana'))[0])).toEqual({ code: 'last-owner' })
        expect((await store.extents([log])).get(log)?.head).toBe(head)
        expect(refusal((await leave(luis, 'luis'))[0])).toBeUndefined()
        await store.commit([{ kind: 'change-room', actor: ana, room: 'ops', changes: { archived: true }, atMs }])
        expect(refusal((await leave(ana, 'ana'))[0])).toEqual({ code: 'last-owner' })
        expect((await store.members(log, all)).items.map(({ name, role }) => `${name} ${role}`)).toEqual(['ana owner'])
      })

      test('a private room is not there for outsiders, whatever they try', async () => {
        const log = await createRoom(ana, 'den', 'private')
        const { id } = await send(ana, 'den', 'hush')
        const at = { actor: luis, room: 'den', atMs } as const
        const answers = await store.commit([
          { kind: 'send', text: 'hi', ...at },
          { kind: 'edit', id, text: 'hi', ...at },
          { kind: 'delete', id, ...at },
          { kind: 'join', member: 'luis', ...at },
          { kind: 'leave', member: 'ana', ...at },
          { kind: 'send', text: 'hi', ...at, room: 'DEN' }
        ])
        for (const answer of answers) expect(refusal(answer as Answer<'send'>)).toEqual({ code: 'room-not-found' })
        expect(await store.room('den', luis)).toBeUndefined()
        expect((await store.rooms(luis, all)).items.map(({ name }) => name)).toEqual(['general'])

        await store.commit([{ kind: 'join', actor: ana, room: 'den', member: 'luis', atMs }])
        expect(await store.room('den', luis)).toMatchObject({ room: { name: 'den', visibility: 'private' }, actsAs: 'member' })
        expect((await store.rooms(luis, all)).items.map(({ name }) => name)).toEqual(['den', 'general'])
        expect((await store.members(log, all)).items.map(({ name, role }) => `${name} ${role}`)).toEqual([
          'ana owner',
          'luis member'
        ])
      })
    })

    describe('read markers', () => {
      const markRead = async (actor: number, room: string, upTo: number) =>
        (await store.commit([{ kind: 'mark-read', actor, room, upTo, atMs }]))[0]
      const markerOf = async (reader: number, room: string) =>
        (await store.rooms(reader, all)).items.find(({ name }) => name === room)?.readUpTo

      test('begin at the head when one joins, go up with what one reads and sends, and never back, over a restart too', async () => {
        await createRoom(ana, 'ops')
        expect(await markerOf(ana, 'ops')).toBe(2)
        expect(await markerOf(luis, 'ops')).toBeNull()
        for (let n = 0; n < 3; n++) await send(ana, 'ops', 'hi')
        expect(await markerOf(ana, 'ops')).toBe(5)
        await store.commit([{ kind: 'join', actor: luis, room: 'ops', member: 'luis', atMs }])
        expect(await markerOf(luis, 'ops')).toBe(6)
        const first = await send(marta, 'ops', 'hi')
        await send(marta, 'ops', 'hi')
        expect(accepted(await markRead(luis, 'ops', first.id))).toMatchObject({ head: 9, readUpTo: first.id })
        expect(accepted(await markRead(luis, 'ops', 1))).toMatchObject({ readUpTo: first.id })
        await reopen()
        expect(await markerOf(luis, 'ops')).toBe(first.id)
        expect(accepted(await markRead(luis, 'ops', Number.MAX_SAFE_INTEGER))).toMatchObject({ head: 9, readUpTo: 9 })
        expect((await send(luis, 'ops', 'hi')).id).toBe(10)
        expect(await markerOf(luis, 'ops')).toBe(10)
      })

      test('are no event, and those of others stay where they are', async () => {
        const log = await createRoom(ana, 'ops')
        await send(luis, 'ops', 'hi')
        await markRead(ana, 'ops', 4)
        expect(await wholeLog(log)).toHaveLength(4)
        await send(ana, 'ops', 'hi')
        expect(await markerOf(luis, 'ops')).toBe(4)
      })

      test('are for members alone; who comes back begins anew', async () => {
        await createRoom(ana, 'ops')
        await createRoom(ana, 'den', 'private')
        expect(refusal(await markRead(luis, 'ops', 1))).toEqual({ code: 'member-not-found' })
        expect(refusal(await markRead(luis, 'den', 1))).toEqual({ code: 'room-not-found' })
        expect(refusal(await markRead(luis, 'OPS', 1))).toEqual({ code: 'other-spelling', name: 'ops' })
        await send(luis, 'ops', 'hi')
        await store.commit([{ kind: 'leave', actor: luis, room: 'ops', member: 'luis', atMs }])
        expect(refusal(await markRead(luis, 'ops', 1))).toEqual({ code: 'member-not-found' })
        for (let n = 0; n < 3; n++) await send(ana, 'ops', 'hi')
        await store.commit([{ kind: 'join', actor: luis, room: 'ops', member: 'luis', atMs }])
        expect(await markerOf(luis, 'ops')).toBe(9)
      })

      test('others’ messages that are not deleted are counted, of many a part and where to go on', async () => {
        const log = await createRoom(ana, 'ops')
        await send(luis, 'ops', 'before')
        const sent = await Promise.all(
          Array.from({ length: 2_100 }, (_, n) => send(n % 3 === 0 ? luis : ana, 'ops', `text ${n}`))
        )
        const [first = 0, last = 0] = [sent[0]?.id, sent.at(-1)?.id]
        for (const { id } of sent.slice(1, 3)) await store.commit([{ kind: 'delete', actor: ana, room: 'ops', id, atMs }])
        const count = async (reader: number, after: number, upTo: number) => {
          let total = 0
          for (let from: number | undefined = after; from !== undefined; ) {
            const part = await store.unread(log, reader, from, upTo)
            total += part.count
            from = part.next
          }
          return total
        }
        expect(await count(luis, first - 1, last)).toBe(1_398)
        expect(await count(ana, first - 1, last)).toBe(700)
        expect(await count(marta, first - 1, last)).toBe(2_098)
        expect(await count(marta, first - 1, first + 9)).toBe(8)
        expect(await count(marta, last, last)).toBe(0)
        expect(await store.unread(log, marta, first - 1, last)).toMatchObject({ next: expect.any(Number) })
        expect(await store.unread(log, marta, first - 1, first + 999)).toEqual({ count: 998, next: undefined })
      })
    })

    describe('a search', () => {
      const search = (reader: number, q: string, more: Partial<SearchRequest> = {}) =>
        store.search({ reader, terms: termsOf(q), limit: 50, ...more })
      const texts = async (reader: number, q: string, more: Partial<SearchRequest> = {}) =>
        (await search(reader, q, more)).messages.map(({ text }) => text)

      test('finds what has all the words, the newest text first, as soon as it is there, and over a restart', async () => {
        const ids = [await send(ana, 'general', 'El camión rojo'), await send(luis, 'general', 'un camion, ROJO y azul')]
        await send(luis, 'general', 'rojo')
        expect(await search(marta, 'rojo camión')).toEqual({ messages: ids.toReversed(), complete: true, next: undefined })
        expect(await texts(marta, 'roj')).toHaveLength(3)
        expect(await texts(marta, 'roj camion')).toEqual([])
        expect(await texts(marta, '"camion rojo"')).toHaveLength(2)
        expect(await texts(marta, '"rojo y"')).toHaveLength(1)
        expect(await texts(marta, 'verde')).toEqual([])
        await reopen()
        expect(await texts(marta, 'rojo camión')).toHaveLength(2)
      })

      test('finds the present texts alone: an edit makes a text new, a deletion takes it away', async () => {
        const [first, second, third] = [
          await send(ana, 'general', 'one thing'),
          await send(ana, 'general', 'two things'),
          await send(ana, 'general', 'three things')
        ]
        expect(await texts(ana, 'thing')).toHaveLength(3)
        await store.commit([
          { kind: 'edit', actor: ana, room: 'general', id: first.id, text: 'another thing', atMs },
          { kind: 'delete', actor: ana, room: 'general', id: second.id, atMs }
        ])
        expect(await texts(ana, 'thing')).toEqual(['another thing', 'three things'])
        expect(await texts(ana, 'one')).toEqual([])
        expect(await texts(ana, 'two')).toEqual([])
        await reopen()
        expect(await texts(ana, 'thing')).toEqual(['another thing', 'three things'])
        expect(third.id).toBe(5)
      })

      test('finds nothing in rooms that one may not read, and follows who may', async () => {
        await createRoom(ana, 'den', 'private')
        await send(ana, 'den', 'hush')
        const logs = [(await store.room('den', ana))?.log ?? 0]
        expect(await texts(luis, 'hush')).toEqual([])
        expect(await texts(luis, 'hush', { logs })).toEqual([])
        expect(await texts(ana, 'hush')).toEqual(['hush'])
        await store.commit([{ kind: 'join', actor: ana, room: 'den', member: 'luis', atMs }])
        expect(await texts(luis, 'hush')).toEqual(['hush'])
        await store.commit([{ kind: 'leave', actor: ana, room: 'den', member: 'luis', atMs }])
        expect(await texts(luis, 'hush')).toEqual([])
        await store.commit([{ kind: 'change-room', actor: ana, room: 'den', changes: { visibility: 'public' }, atMs }])
        expect(await texts(luis, 'hush')).toEqual(['hush'])
      })

      test('is narrowed to a room, to an author, and read in pages', async () => {
        await createRoom(ana, 'ops')
        const logs = [(await store.room('ops', ana))?.log ?? 0]
        for (let n = 0; n < 9; n++) await send([ana, luis, marta][n % 3] as number, n % 2 ? 'ops' : 'general', `text ${n}`)
        expect(await texts(ana, 'text', { logs })).toEqual([7, 5, 3, 1].map((n) => `text ${n}`))
        expect(await texts(ana, 'text', { author: luis })).toEqual([7, 4, 1].map((n) => `text ${n}`))
        expect(await texts(ana, 'text', { author: luis, logs })).toEqual(['text 7', 'text 1'])
        const pages: (string | null)[][] = []
        for (let before: number | undefined, more = true; more; more = before !== undefined) {
          const { messages, next } = await search(ana, 'text', { limit: 4, before })
          pages.push(messages.map(({ text }) => text))
          before = next
        }
        expect(pages).toEqual([[8, 7, 6, 5], [4, 3, 2, 1], [0]].map((page) => page.map((n) => `text ${n}`)))
      })

      test('ends a page after so many bytes of text, with one message at least', async () => {
        for (let n = 0; n < 3; n++) for (const long of ['🐧'.repeat(3_990)]) await send(ana, 'general', `${n} long ${long}`)
        for (let n = 0; n < 30; n++) await send(ana, 'general', `long ${'🐧'.repeat(3_990)}`)
        const { messages, next } = await search(ana, 'long', { limit: 100 })
        expect(messages.length).toBeLessThan(20)
        expect(messages.length).toBeGreaterThan(10)
        expect(next).toBeDefined()
      })

      test('is not led astray by what means something to whoever looks for it', async () => {
        await send(ana, 'general', 'NEAR AND OR NOT body r1 a1 x')
        for (const q of ['r1', 'NEAR', 'AND', 'NOT x', 'body:x', 'x*', '^x', '{x}', '"x" OR', "'x'", 'a1 OR r1', '(x']) {
          expect(typeof (await texts(ana, q)).length).toBe('number')
        }
        expect(await texts(ana, 'r1 near')).toHaveLength(1)
        expect(await texts(ana, 'r2')).toEqual([])
        expect(await texts(ana, 'x* OR zzz')).toEqual([])
      })
    })

    describe('lists', () => {
      /** Every page, each as the names on it. */
      const pagesOf = async <T extends { name: string }>(
        read: (after: string | undefined) => Promise<ListPage<T>>,
        between: () => Promise<unknown> = async () => {}
      ) => {
        const pages: string[][] = []
        for (let after: string | undefined, more = true; more; more = after !== undefined) {
          const { items, next } = await read(after)
          pages.push(items.map(({ name }) => name))
          after = next
          await between()
        }
        return pages
      }
      const roomPages = (reader: number, range: Partial<RoomRange> = {}) =>
        pagesOf((after) => store.rooms(reader, { limit: 2, ...range, after: after ?? range.after }))

      test('of rooms are in the order of names, whatever their case, and end with their last entry', async () => {
        for (const name of ['Beta', 'alpha', 'Über', 'delta']) await createRoom(ana, name)
        expect(await roomPages(luis)).toEqual([['alpha', 'Beta'], ['delta', 'general'], ['Über']])
        expect(await roomPages(luis, { limit: 5 })).toEqual([['alpha', 'Beta', 'delta', 'general', 'Über']])
        expect(await roomPages(luis, { after: nameKey('Über') })).toEqual([[]])
      })

      test('are in the order of code points', async () => {
        const names = ['zeta', '\ua000', '\ufa0e', '\u{10428}', '\u{20000}'] // “<” would put U+FA0E last
        for (const name of names.toReversed()) await createRoom(ana, name)
        expect((await roomPages(ana, { limit: 1 })).flat()).toEqual(['general', ...names])
        expect(names.toSorted(compareKeys)).toEqual(names)
      })

      test('neither skip nor repeat what stays while others come and go', async () => {
        for (let n = 10; n < 20; n++) await createRoom(ana, `r${n}`)
        let n = 0
        const pages = await pagesOf(
          (after) => store.rooms(ana, { limit: 2, after, beginning: 'r' }),
          async () => {
            n++
            await createRoom(ana, `r0${n}`) // before the place that was reached
            await createRoom(ana, `r1${n}x`) // around it
          }
        )
        const seen = pages.flat().filter((name) => name.length === 3 && name >= 'r10')
        expect(seen).toEqual(Array.from({ length: 10 }, (_, n) => `r${10 + n}`))
        expect(new Set(pages.flat()).size).toBe(pages.flat().length)
      })

      test('of rooms hold nothing of private ones for outsiders: no entry, no place, no sign of more', async () => {
        for (const name of ['b', 'd', 'x', 'y', 'z']) await createRoom(ana, name, 'private')
        for (const name of ['a', 'c', 'e']) await createRoom(ana, name)
        expect(await roomPages(luis, { limit: 1 })).toEqual([['a'], ['c'], ['e'], ['general']])
        expect(await store.rooms(luis, { limit: 4 })).toMatchObject({ next: undefined })
        expect(await store.rooms(luis, { limit: 3 })).toMatchObject({ next: 'e' })
        expect(await roomPages(luis, { own: true })).toEqual([[]])
        expect(await roomPages(luis, { beginning: 'x' })).toEqual([[]])
        expect(await roomPages(luis, { after: 'general' })).toEqual([[]])
        expect((await roomPages(ana, { limit: 3 })).flat()).toEqual(['a', 'b', 'c', 'd', 'e', 'general', 'x', 'y', 'z'])
      })

      test('of rooms hold each once, with the role of who asks: public, private and own', async () => {
        await createRoom(ana, 'den', 'private')
        await createRoom(ana, 'ops')
        await store.commit([
          { kind: 'join', actor: ana, room: 'den', member: 'luis', atMs },
          { kind: 'join', actor: luis, room: 'ops', member: 'luis', atMs }
        ])
        const roles = async (range: RoomRange) =>
          (await store.rooms(luis, range)).items.map(({ name, role, head }) => [name, role, head])
        expect(await roles({ limit: 9 })).toEqual([
          ['den', 'member', 3],
          ['general', null, 1],
          ['ops', 'member', 3]
        ])
        expect(await roles({ limit: 1, own: true, after: 'den' })).toEqual([['ops', 'member', 3]])
        await store.commit([{ kind: 'leave', actor: luis, room: 'den', member: 'luis', atMs }])
        expect(await roles({ limit: 9, own: true })).toEqual([['ops', 'member', 3]])
        await store.commit([{ kind: 'change-room', actor: ana, room: 'ops', changes: { visibility: 'private' }, atMs }])
        expect((await roomPages(marta)).flat()).toEqual(['general'])
        expect((await roomPages(luis)).flat()).toEqual(['general', 'ops'])
      })

      test('of rooms can be those whose name begins so', async () => {
        for (const name of ['o', 'Ops', 'ops-2', 'opt', 'opñ', 'P']) await createRoom(ana, name)
        expect((await roomPages(ana, { beginning: 'ops' })).flat()).toEqual(['Ops', 'ops-2'])
        expect((await roomPages(ana, { beginning: 'op' })).flat()).toEqual(expect.arrayContaining(['Ops', 'ops-2', 'opt', 'opñ']))
        expect((await roomPages(ana, { beginning: 'ops', after: 'a' })).flat()).toEqual(['Ops', 'ops-2'])
        expect(await roomPages(ana, { beginning: 'ops', after: 'ops-2' })).toEqual([[]])
        expect(await roomPages(ana, { beginning: 'ops', after: 'x' })).toEqual([[]])
        expect((await roomPages(ana, { beginning: 'ops', own: true, limit: 1 })).flat()).toEqual(['Ops', 'ops-2'])
        expect((await roomPages(ana, { beginning: '' })).flat()).toHaveLength(7)
      })

      test('of members are in the order of names, without those who left', async () => {
        const log = await createRoom(ana, 'ops')
        for (const [n, name] of ['Zoe', 'bo', 'Ana2', 'eva'].entries()) {
          const user = await register(name, 10 + n)
          await store.commit([{ kind: 'join', actor: user, room: 'ops', member: name, atMs }])
        }
        const pages = () => pagesOf((after) => store.members(log, { limit: 2, after }))
        expect(await pages()).toEqual([['ana', 'Ana2'], ['bo', 'eva'], ['Zoe']])
        await store.commit([{ kind: 'leave', actor: ana, room: 'ops', member: 'bo', atMs }])
        expect(await pages()).toEqual([
          ['ana', 'Ana2'],
          ['eva', 'Zoe']
        ])
        expect(await store.members(log, { limit: 9, after: 'bo' })).toMatchObject({
          items: [{ name: 'eva' }, { name: 'Zoe', kind: 'person', role: 'member' }],
          next: undefined
        })
      })

      test('of members can be those among some users', async () => {
        const log = await createRoom(luis, 'ops')
        await store.commit([{ kind: 'join', actor: ana, room: 'ops', member: 'ana', atMs }])
        expect(await store.membersAmong(log, [marta, luis, ana, 999])).toEqual([
          { key: 'ana', member: { name: 'ana', kind: 'person', role: 'member' } },
          { key: 'luis', member: { name: 'luis', kind: 'person', role: 'owner' } }
        ])
        expect(await store.membersAmong(log, [])).toEqual([])
      })
    })

    describe('users of the lab', () => {
      let lab: Store & LabStore
      beforeEach((context) => {
        lab = having(store, keepsLabUsers, context)
      })

      const register = (name: string) => lab.commitLab({ kind: 'register-lab', name, room: 'general', atMs })
      const born = async (name: string) => {
        const answer = await register(name)
        if (answer.refused) throw new Error(answer.refused.code)
        return answer.user.id
      }
      const collectPage = async (actor: number, bounds: PageBounds) => {
        const answer = await lab.commitLab({ kind: 'collect-lab', actor, room: 'general', page: bounds })
        if (answer.refused) throw new Error(answer.refused.code)
        return answer
      }
      const collect = async (actor: number, { limit = 100, bytes = page.bytes } = {}) =>
        (await collectPage(actor, { limit, bytes })).messages.map(({ text }) => text)

      test('are given what others wrote since they came, oldest first, once, also over a restart', async () => {
        await send(ana, 'general', 'before')
        const eva = await born('eva')
        expect(await collect(eva)).toEqual([])
        for (const text of ['one', 'two', 'three']) await send(ana, 'general', text)
        await send(eva, 'general', 'mine')
        const { id } = await send(ana, 'general', 'four')
        await store.commit([{ kind: 'delete', actor: ana, room: 'general', id, atMs }])
        expect(await collect(eva, { limit: 2 })).toEqual(['one', 'two'])
        await reopen()
        lab = store as Store & LabStore
        expect(await collect(eva, { limit: 2 })).toEqual(['three'])
        expect(await collect(eva, { limit: 2 })).toEqual([])
        expect((await lab.labUser('eva'))?.collected).toBe((await store.extents([1])).get(1)?.head)
      })

      test('are given no more bytes at once than are wanted, and one message at least', async () => {
        const eva = await born('eva')
        for (const text of ['ñññ', 'two', 'three', 'a long one']) await send(ana, 'general', text)
        const pieces = []
        for (let piece = await collect(eva, { bytes: 9 }); piece.length > 0; piece = await collect(eva, { bytes: 9 }))
          pieces.push(piece)
        expect(pieces).toEqual([['ñññ', 'two'], ['three'], ['a long one']])
      })

      test('are given what others wrote behind any number of their own messages, which are looked through in pieces', async () => {
        const eva = await born('eva')
        const own = Array.from({ length: 5_000 }, (_, n) => `${n}`)
        const say = (text: string) => ({ kind: 'send', actor: eva, room: 'general', text, atMs }) as const
        await store.commit(own.map(say))
        await send(ana, 'general', 'hello?')
        await store.commit(own.slice(0, 3).map(say))
        const given: unknown[] = []
        let asked = 0
        for (let more = true; more; asked++) {
          const { messages, more: isMore } = await collectPage(eva, page)
          given.push(...messages.map(({ text }) => text))
          more = isMore
        }
        expect(given).toEqual(['hello?'])
        expect(asked).toBeGreaterThan(1)
        expect((await lab.labUser('eva'))?.collected).toBe((await store.extents([1])).get(1)?.head)
      })

      test('are nobody with a token, and nobody with a token is one of them', async () => {
        const eva = await born('eva')
        expect(await lab.labUser('EVA')).toMatchObject({ user: { id: eva, name: 'eva', kind: 'person' } })
        expect(await lab.labUser('ana')).toBeUndefined()
        expect((await register('Ana')).refused).toEqual({ code: 'name-taken' })
        const [user, pupil] = await store.commit([
          { kind: 'register', name: 'Eva', userKind: 'person', tokenDigest: digest(9), atMs },
          { kind: 'ensure-user', name: 'eva', userKind: 'person', atMs }
        ])
        expect([user.refused, pupil.refused]).toEqual([{ code: 'name-taken' }, { code: 'name-taken' }])
        await expect(collect(ana)).rejects.toThrow('user-not-found')
      })
    })

    test('figures tell of each commit, how many commands it carried out', async (context) => {
      const told = having(store, hasFigures, context)
      const heard: number[] = []
      told.onCommit((commands) => heard.push(commands))
      await send(ana, 'general', 'hi')
      expect(heard).toEqual([1])
    })

    test('erasure is in time where nothing was deleted', async (context) => {
      const erasing = having(store, erasesTexts, context)
      await expect.poll(() => erasing.erasureOverdueMs).toBe(0)
    })

    describe('history', () => {
      test('pages in every direction and says whether there is more', async () => {
        const log = await createRoom(ana, 'ops')
        for (let n = 1; n <= 10; n++) await send(ana, 'ops', `${n}`)
        const read = async (range: Omit<HistoryRange, 'bytes'>) => {
          const { messages, earlier, later, head } = await store.history(log, { bytes: page.bytes, ...range })
          expect(head).toBe(12)
          return [messages.map(({ id }) => id).join(' '), earlier, later]
        }
        expect(await read({ limit: 3 })).toEqual(['10 11 12', true, false])
        expect(await read({ limit: 50 })).toEqual(['3 4 5 6 7 8 9 10 11 12', false, false])
        expect(await read({ limit: 3, before: 6 })).toEqual(['3 4 5', false, true])
        expect(await read({ limit: 3, before: 3 })).toEqual(['', false, true])
        expect(await read({ limit: 3, after: 9 })).toEqual(['10 11 12', true, false])
        expect(await read({ limit: 3, after: 0 })).toEqual(['3 4 5', false, true])
        expect(await read({ limit: 3, after: 12 })).toEqual(['', true, false])
        expect(await read({ limit: 4, around: 7 })).toEqual(['5 6 7 8', true, true])
        expect(await read({ limit: 4, around: 3 })).toEqual(['3 4 5 6', false, true])
        expect(await read({ limit: 4, around: 12 })).toEqual(['9 10 11 12', true, false])
        expect(await read({ limit: 4, around: 99 })).toEqual(['9 10 11 12', true, false])
        expect(await read({ limit: 3, around: 7 })).toEqual(['6 7 8', true, true])
        expect(await read({ limit: 1, around: 7 })).toEqual(['7', true, true])
      })

      test('a page ends after so many bytes of text, with one message at least, and the next goes on there', async () => {
        const log = await createRoom(ana, 'ops')
        const lengths = [30, 10, 60, 200, 20, 80, 1, 40, 99, 2, 101, 50]
        for (const length of lengths) await send(ana, 'ops', 'ñ'.repeat(length / 2) + 'x'.repeat(length % 2))
        const ids = lengths.map((_, n) => n + 3)
        const bytesOf = (id: number) => lengths[id - 3] ?? Number.NaN
        const read = async (place: { before?: number; after?: number; around?: number }) => {
          const { messages, earlier, later } = await store.history(log, { limit: 5, bytes: 100, ...place })
          const found = messages.map(({ id }) => id)
          const sum = found.reduce((bytes, id) => bytes + bytesOf(id), 0)
          expect(found.length === 1 || sum <= 100, `${found} of ${sum} bytes`).toBe(true)
          expect([earlier, later], `${found}`).toEqual([found[0] !== ids[0], found.at(-1) !== ids.at(-1)])
          return found
        }
        const backwards = [await read({})]
        while (backwards[0]?.[0] !== ids[0]) backwards.unshift(await read({ before: backwards[0]?.[0] ?? 0 }))
        expect(backwards.flat()).toEqual(ids)
        const forwards = [await read({ after: 0 })]
        while (forwards.at(-1)?.at(-1) !== ids.at(-1)) forwards.push(await read({ after: forwards.at(-1)?.at(-1) ?? 0 }))
        expect(forwards.flat()).toEqual(ids)
        expect(forwards.some((found) => found.length > 1)).toBe(true)
        for (const id of ids) {
          const found = await read({ around: id })
          expect(found).toContain(id)
          expect(found).toEqual(ids.slice(ids.indexOf(found[0] ?? 0), ids.indexOf(found.at(-1) ?? 0) + 1))
        }
        expect(await read({ around: 9 })).toEqual([8, 9])
      })
    })

    test('texts come back as they were sent', async () => {
      const texts = ['ñ e\u0301 漢字 👨‍👩‍👧‍👦 🇪🇸', '\u202eabc\u200b', "'; DROP TABLE text; --", '\t\n\r', '🐧'.repeat(4000)]
      for (const text of texts) {
        const { id } = await send(ana, 'general', text)
        expect((await store.message(1, id))?.text).toBe(text)
      }
    })

    test('keeps its epoch, its secret and its tokens over a restart', async () => {
      const { epoch, secret } = store
      expect(epoch).toMatch(/^[0-9a-z]{8,16}$/)
      await reopen()
      expect([store.epoch, Buffer.from(store.secret)]).toEqual([epoch, Buffer.from(secret)])
      expect(await store.token(digest(2))).toMatchObject({ user: { id: luis, name: 'luis', kind: 'person' } })
      expect(await store.token(digest(7))).toBeUndefined()
    })
  })

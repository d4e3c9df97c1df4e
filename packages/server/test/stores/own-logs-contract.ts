import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OwnEvent, ownEventsKept } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnswerOf, Command, Results } from '../../src/stores/commands.ts'
import type { Store } from '../../src/stores/store.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const at = '2026-11-23T10:00:00.000Z'
const page = { limit: 5_000, bytes: 256 * 1024 }
const digest = (n: number) => new Uint8Array(32).fill(n)

/** What every store keeps in the log of each user, which is theirs alone. */
export const ownLogsContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store, own logs`, () => {
    let folder: string
    let store: Store
    let ana: number
    let luis: number

    const commit = async <K extends Command['kind']>(command: Extract<Command, { kind: K }>) => {
      const [answer] = await store.commit([command as Command])
      if (!answer || answer.refused) throw new Error(`${command.kind} was refused: ${JSON.stringify(answer?.refused)}`)
      return answer as Exclude<AnswerOf<Results[K]>, { refused: unknown }>
    }
    const register = async (name: string, n: number) =>
      (await commit<'register'>({ kind: 'register', name, userKind: 'person', tokenDigest: digest(n), atMs })).user.id
    const createRoom = (room: string, visibility: 'public' | 'private' = 'public') =>
      commit<'create-room'>({ kind: 'create-room', actor: ana, name: room, title: '', visibility, atMs })
    const setRole = (role: Results['join']['member']['role'], room = 'ops') =>
      commit<'set-role'>({ kind: 'set-role', actor: ana, room, member: 'luis', role, atMs })
    const markRead = (upTo: number, room = 'ops') => commit<'mark-read'>({ kind: 'mark-read', actor: luis, room, upTo, atMs })
    const logOf = async (user: number) => (await store.ownLog(user)) as number
    const extentOf = async (user: number) => {
      const log = await logOf(user)
      return (await store.extents([log])).get(log) as { firstSeq: number; head: number }
    }
    const eventsOf = async (user: number) => {
      const { firstSeq, head } = await extentOf(user)
      return store.events(await logOf(user), firstSeq - 1, head, page)
    }
    /** What was told to somebody, in short: `joined ops as member`. */
    const told = async (user: number) =>
      ((await eventsOf(user)) as OwnEvent[]).map((event) => {
        if (event.type === 'marker.moved') return `read ${event.marker.room} up to ${event.marker.readUpTo}`
        const { room, role } = event.membership
        const reason = event.type === 'membership.left' ? `, ${event.reason}` : ''
        return `${event.type.slice('membership.'.length)} ${room} as ${role}${reason}`
      })

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-own-logs-'))
      store = await open(folder)
      ana = await register('ana', 1)
      luis = await register('luis', 2)
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('tell what their user becomes in which room, whoever did it, and how far they have read', async () => {
      const { head } = (await store.room('general', ana)) as { head: number }
      await createRoom('ops')
      await setRole('member')
      await setRole('moderator')
      await markRead(2)
      await setRole('banned')
      await commit<'leave'>({ kind: 'leave', actor: ana, room: 'ops', member: 'luis', atMs })
      await commit<'send'>({ kind: 'send', actor: luis, room: 'ops', text: 'hi', atMs })
      await commit<'leave'>({ kind: 'leave', actor: luis, room: 'ops', member: 'luis', atMs })
      await commit<'join'>({ kind: 'join', actor: luis, room: 'general', member: 'luis', atMs })
      expect(head).toBe(1)
      expect(await told(ana)).toEqual(['joined ops as owner'])
      // Joining read everything already, so that the marker did not move before the message.
      expect(await told(luis)).toEqual([
        'joined ops as member',
        'updated ops as moderator',
        'left ops as banned, banned',
        'left ops as banned, removed',
        'joined ops as member',
        'left ops as member, left',
        'joined general as member'
      ])
      expect((await eventsOf(luis)).slice(0, 2)).toEqual([
        { seq: 1, type: 'membership.joined', room: '@me', at, actor: 'ana', membership: { room: 'ops', role: 'member' } },
        { seq: 2, type: 'membership.updated', room: '@me', at, actor: 'ana', membership: { room: 'ops', role: 'moderator' } }
      ])
    })

    test('are lengthened by whatever leads into a room: an invite too, redeemed by somebody new or known', async () => {
      await createRoom('ops')
      const invite = { kind: 'make-invite', actor: ana, by: digest(1), room: 'ops', admin: false, uses: 2 } as const
      const expiresAtMs = atMs + 1
      await commit<'make-invite'>({ ...invite, role: 'moderator', expiresAtMs, codeDigest: digest(9), atMs })
      await commit<'join-by-invite'>({ kind: 'join-by-invite', actor: luis, room: 'ops', codeDigest: digest(9), atMs })
      const newcomer = { kind: 'register', name: 'marta', userKind: 'person', tokenDigest: digest(3), invite: digest(9), atMs }
      const { user } = await commit<'register'>(newcomer as Extract<Command, { kind: 'register' }>)
      for (const one of [luis, user.id]) expect(await told(one)).toEqual(['joined ops as moderator'])
    })

    test('tell of a marker only when it has moved, and never of the message that moved it', async () => {
      await createRoom('ops')
      await setRole('member')
      for (const text of ['one', 'two']) await commit<'send'>({ kind: 'send', actor: ana, room: 'ops', text, atMs })
      const before = (await extentOf(luis)).head
      expect((await markRead(4)).told).toEqual([
        {
          log: await logOf(luis),
          events: [
            { seq: before + 1, type: 'marker.moved', room: '@me', at, actor: 'luis', marker: { room: 'ops', readUpTo: 4 } }
          ]
        }
      ])
      expect((await markRead(4)).told).toBeUndefined()
      expect((await markRead(1)).told).toBeUndefined()
      expect((await commit<'send'>({ kind: 'send', actor: luis, room: 'ops', text: 'three', atMs })).told).toBeUndefined()
      expect((await markRead(Number.MAX_SAFE_INTEGER)).told).toBeUndefined()
      expect((await extentOf(luis)).head).toBe(before + 1)
    })

    test('do not name a private room to whom it bans without having let them in, nor when it lets the ban go', async () => {
      await createRoom('den', 'private')
      await setRole('banned', 'den')
      await commit<'leave'>({ kind: 'leave', actor: ana, room: 'den', member: 'luis', atMs })
      expect(await told(luis)).toEqual([])
      await setRole('member', 'den')
      await setRole('banned', 'den')
      await commit<'leave'>({ kind: 'leave', actor: ana, room: 'den', member: 'luis', atMs })
      expect(await told(luis)).toEqual(['joined den as member', 'left den as banned, banned'])
    })

    test('are not touched by what is refused', async () => {
      await createRoom('den', 'private')
      const [answer] = await store.commit([{ kind: 'join', actor: luis, room: 'den', member: 'luis', atMs }])
      expect(answer.refused).toEqual({ code: 'room-not-found' })
      expect(await extentOf(luis)).toEqual({ firstSeq: 1, head: 0 })
    })

    test(`keep their last ${ownEventsKept} events, and number on after a restart`, async () => {
      await createRoom('ops')
      await setRole('member')
      const markers = ownEventsKept + 9
      const send = { kind: 'send', actor: ana, room: 'ops', text: 'x', atMs } as const
      await store.commit(Array.from({ length: markers }, () => send))
      const marks = Array.from({ length: markers }, (_, n) => {
        return { kind: 'mark-read', actor: luis, room: 'ops', upTo: 4 + n, atMs } as const
      })
      await store.commit(marks)
      const extent = { firstSeq: markers + 1 - ownEventsKept + 1, head: markers + 1 }
      expect(await extentOf(luis)).toEqual(extent)
      await store.close()
      store = await open(folder)
      expect(await extentOf(luis)).toEqual(extent)
      const events = await eventsOf(luis)
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: ownEventsKept }, (_, n) => extent.firstSeq + n))
      // What was before is gone: whoever asks for it finds that the next event is not there.
      expect((await store.events(await logOf(luis), 1, extent.head, { limit: 1, bytes: 1 }))[0]?.seq).toBe(extent.firstSeq)
      await setRole('moderator')
      expect((await extentOf(luis)).head).toBe(extent.head + 1)
    })

    /** luis with his bot `ci`, both in a room, and the logs that they had until luis left for ever. */
    const leaveForEver = async () => {
      await createRoom('ops')
      await setRole('member')
      const bot = { kind: 'make-bot', actor: luis, by: digest(2), name: 'ci', tokenName: 'first', tokenDigest: digest(5), atMs }
      const { user } = await commit<'make-bot'>(bot as Extract<Command, { kind: 'make-bot' }>)
      await commit<'join'>({ kind: 'join', actor: user.id, room: 'ops', member: 'ci', atMs })
      const logs = [await logOf(luis), await logOf(user.id)]
      await commit<'leave-for-ever'>({ kind: 'leave-for-ever', actor: luis, by: digest(2), atMs })
      return { users: [luis, user.id], logs }
    }

    test('go with users who leave for ever, and with their bots', async () => {
      const { users, logs } = await leaveForEver()
      for (const one of users) expect(await store.ownLog(one)).toBeUndefined()
      for (const log of logs) expect(await store.events(log, 0, 9, page)).toEqual([])
      expect(await told(ana)).toEqual(['joined ops as owner'])
    })

    test('are never followed by another log of their number: it would be read in streams that have not ended yet', async () => {
      const { logs } = await leaveForEver()
      const later = [await logOf(await register('marta', 3)), (await createRoom('den', 'private')).log]
      expect(later.filter((log) => logs.includes(log))).toEqual([])
    })
  })

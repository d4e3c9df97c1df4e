import { type ChatClient, ProblemError } from '@tertulia/client'
import type { ListedRoom, LogEvent, Message, PresentMember } from '@tertulia/protocol'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { FromHub, ToHub } from '../../src/hub/messages.ts'
import { Session, type SessionOptions } from '../../src/state/session.ts'
import { listed } from '../support/listed-room.ts'
import { RoomLog } from '../support/room-log.ts'

beforeEach(() => {
  vi.stubGlobal('document', { visibilityState: 'visible', hasFocus: () => true })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A session whose server has these rooms, and whose hub is the test. */
function openSession(rooms: ListedRoom[], members: PresentMember[] = []) {
  const log = new RoomLog()
  const said: ToHub[] = []
  const markers: [string, number][] = []
  let hear: (message: FromHub) => void = () => {}
  let ended = 0
  let asked = 0
  let failing = false
  const searched: string[] = []
  const client = {
    search: {
      find: async (q: string) => {
        searched.push(q)
        return { messages: [...log.messages.values()] }
      }
    },
    rooms: {
      pages: async function* () {
        asked++
        if (failing) {
          failing = false
          throw new TypeError('cut')
        }
        yield { rooms }
      }
    },
    members: { list: async () => ({ members }) },
    users: { me: async () => ({ name: 'ana', admin: false, hasPassword: false }) },
    messages: { history: (_room: string, place: object) => log.history(place) },
    events: { page: (_room: string, { after }: { after: string }) => log.log(after) },
    readMarkers: { put: async (room: string, upTo: number) => void markers.push([room, upTo]) }
  }
  const session = new Session({
    identity: { server: 'http://127.0.0.1:1543', token: 'tt_a', name: 'ana' },
    connect: (listener) => {
      hear = listener
      return { tell: (message) => void said.push(message) }
    },
    onEnd: () => {
      ended++
    },
    client: client as unknown as SessionOptions['client']
  })
  onTestFinished(() => session.end())
  const followed = () => said.flatMap((message) => (message.kind === 'follow' ? [message.rooms] : [])).at(-1)
  const failOnce = () => {
    failing = true
  }
  const open = { session, searched, client: client as unknown as ChatClient, log, said, markers, followed, failOnce }
  return { ...open, hear: (message: FromHub) => hear(message), ends: () => ended, asked: () => asked }
}

const texts = (session: Session) =>
  session.current.room.value?.rows.blocks.value.flatMap(({ rows }) => rows.value.map(({ live }) => live.value.text))

test('it follows its rooms and the one that is shown, and none that may not be read', async () => {
  const { session, followed } = openSession([listed('ops'), listed('chess', { role: null }), listed('jail', { role: 'banned' })])
  session.show('nowhere')
  await session.refresh()
  expect(followed()).toEqual(['ops'])
  session.show('chess')
  expect(followed()).toEqual(['chess', 'ops'])
  session.show('jail')
  expect(followed()).toEqual(['ops'])
})

test('an event reaches the room that is shown, the list, and whoever reads aloud', async () => {
  const { session, log, hear } = openSession([listed('ops', { head: 0, readUpTo: 0 })])
  const heard: Message[] = []
  session.heard.add((message) => heard.push(message))
  session.show('ops')
  await session.refresh()
  await expect.poll(() => session.current.room.value?.state.value).toBe('open')
  hear({ kind: 'event', event: log.say('luis', 'hola') })
  expect(texts(session)).toEqual(['hola'])
  expect(session.list.get('ops')?.unread).toBe(1)
  expect(heard).toMatchObject([{ text: 'hola' }])
})

test('what is read is told to the server once, and on another device it is read too', async () => {
  const { session, log, hear, markers } = openSession([listed('ops', { head: 3, readUpTo: 1, unread: 2 })])
  for (const text of ['1', '2', '3']) log.say('luis', text)
  session.show('ops')
  await session.refresh()
  expect(session.current.unread.value).toEqual({ after: 1, count: 2 })
  await expect.poll(() => session.current.room.value?.state.value).toBe('open')
  session.current.read()
  session.current.read()
  await expect.poll(() => markers).toEqual([['ops', 3]])
  hear({ kind: 'event', event: log.say('luis', '4') })
  const moved = { seq: 1, type: 'marker.moved', room: '@me', at: '', actor: 'ana', marker: { room: 'ops', readUpTo: 4 } } as const
  hear({ kind: 'event', event: moved satisfies LogEvent })
  expect(session.list.get('ops')?.unread).toBe(0)
})

test('what came while no page was open is looked through for mentions, once, if anything is unread', async () => {
  const none = openSession([listed('ops', { head: 1, readUpTo: 1, unread: 0 })])
  await none.session.refresh()
  expect(none.searched).toEqual([])
  const { session, log, searched } = openSession([listed('ops', { head: 2, readUpTo: 1, unread: 1 })])
  log.say('luis', 'hola')
  log.say('luis', '@ana, ¿lo miras?')
  await session.refresh()
  await expect.poll(() => session.list.get('ops')?.mentioned).toBe(true)
  await session.refresh()
  expect(searched).toEqual(['"ana"'])
})

test('what comes while nobody looks is unread for who comes back', async () => {
  const { session, log, hear } = openSession([listed('ops', { head: 0, readUpTo: 0 })])
  session.show('ops')
  await session.refresh()
  vi.stubGlobal('document', { visibilityState: 'hidden', hasFocus: () => false })
  hear({ kind: 'event', event: log.say('luis', '1') })
  hear({ kind: 'event', event: log.say('luis', '2') })
  expect(session.current.unread.value).toEqual({ after: 0, count: 2 })
})

test('a text is shown at once, and its message takes its place', async () => {
  const { session, log, hear, said } = openSession([listed('ops', { head: 0, readUpTo: 0 })])
  session.show('ops')
  await session.refresh()
  await expect.poll(() => session.current.room.value?.state.value).toBe('open')
  session.send('hola')
  const [echo] = session.outbox.value
  expect(echo).toMatchObject({ text: 'hola', room: 'ops', state: 'waiting' })
  expect(said.at(-1)).toEqual({ kind: 'send', outgoing: echo })
  const event = log.say('ana', 'hola')
  hear({ kind: 'event', event, adopts: echo?.key })
  expect([session.outbox.value[0]?.adopted, texts(session)]).toEqual([true, ['hola']])
  hear({ kind: 'sent', key: echo?.key ?? '', message: (event as { message: Message }).message })
  expect([session.outbox.value, texts(session)]).toEqual([[], ['hola']])
})

test('when the token counts no more the session ends, once', () => {
  const { hear, said, ends } = openSession([])
  hear({ kind: 'signed-out' })
  hear({ kind: 'signed-out' })
  expect(ends()).toBe(1)
  expect(said.at(-1)).toEqual({ kind: 'bye' })
})

test('who is connected is known as long as one is oneself, and again when the list has been read', async () => {
  const luis: PresentMember = { name: 'luis', kind: 'person', role: 'member', connected: true }
  const { session, hear } = openSession([listed('ops')], [luis])
  const known = () => session.isPresenceKnown.value
  session.show('ops')
  expect(known()).toBe(false)
  await expect.poll(known).toBe(true)
  hear({ kind: 'link', link: { state: 'waiting', untilMs: 0 } })
  expect(known()).toBe(false)
  // There is a connection; of who went meanwhile nothing has been heard yet.
  hear({ kind: 'link', link: { state: 'catching-up' } })
  expect(known()).toBe(false)
  hear({ kind: 'synced', room: 'ops', cursor: 'abcd1234.0' })
  await expect.poll(known).toBe(true)
  hear({ kind: 'link', link: { state: 'offline' } })
  session.current.refreshPeople()
  await session.refresh()
  expect(known()).toBe(false)
})

test('a new room is there as soon as it is told, without a question to the server', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { session, hear, asked } = openSession([listed('ops')])
  await session.refresh()
  const room = { name: 'chess', rev: 1, title: '', visibility: 'public', archived: false, retainDays: null } as const
  hear({ kind: 'rooms', note: { type: 'rooms', room: '@me', rooms: [room], more: false } })
  expect(session.list.get('chess')?.role).toBeNull()
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(asked()).toBe(1)
})

test('where there is more than was told, and where the server could not say, it is asked again after a while', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { session, hear, asked, failOnce } = openSession([listed('ops')])
  await session.refresh()
  hear({ kind: 'rooms', note: { type: 'rooms', room: '@me', rooms: [], more: true } })
  expect(asked()).toBe(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked()).toBe(2)
  failOnce()
  await session.refresh()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(asked()).toBe(4)
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(asked()).toBe(4)
})

test('a room is changed only as it was seen, and what it is then is shown at once', async () => {
  const changes: unknown[] = []
  const { session, client } = openSession([listed('ops', { role: 'owner' })])
  client.rooms.change = async (name, change, { ifMatch } = {}) => {
    changes.push([name, change, ifMatch])
    return { ...listed('ops'), title: 'new', rev: 7 }
  }
  session.show('ops')
  await session.refresh()
  await expect.poll(() => session.current.room.value?.state.value).toBe('open')
  await session.change('ops', { title: 'new' }, 1)
  expect(changes).toEqual([['ops', { title: 'new' }, '"abcd1234.1"']])
  expect(session.list.get('ops')).toMatchObject({ title: 'new', rev: 7, role: 'owner' })
})

test('whoever is removed or banned is off the list before their event comes', async () => {
  const people = ['luis', 'marta'].map((name): PresentMember => ({ name, kind: 'person', role: 'member', connected: false }))
  const { session, client } = openSession([listed('ops', { role: 'owner' })], people)
  client.members.delete = async () => {}
  client.members.setRole = async (_room, name, role) => ({ name, kind: 'person', role })
  session.show('ops')
  const names = () => session.current.people.members.value.map(({ name }) => name)
  await expect.poll(names).toEqual(['luis', 'marta'])
  await session.removeMember('chess', 'luis')
  await session.setRole('ops', 'luis', 'moderator')
  expect(names()).toEqual(['luis', 'marta'])
  await session.removeMember('ops', 'luis')
  await session.setRole('ops', 'marta', 'banned')
  expect(names()).toEqual([])
})

test('what somebody is who is not on the list is asked for; of banned ones only by who is told of them', async () => {
  const asked: unknown[] = []
  const { session, client } = openSession([listed('ops', { role: 'moderator' }), listed('chess')])
  client.members.list = async (room, { q = '', role } = {}) => {
    asked.push([room, role])
    const member = { name: `${q}${role ? '' : 'a'}`, kind: 'person', role: role ?? 'member', connected: false } as const
    return { members: [member], next: undefined }
  }
  await session.refresh()
  expect(await session.roleOf('ops', 'mart')).toBe('banned')
  expect(await session.roleOf('chess', 'mart')).toBeNull()
  expect(asked).toEqual([
    ['ops', undefined],
    ['ops', 'banned'],
    ['chess', undefined]
  ])
})

const left = (room: string, reason: 'left' | 'removed' | 'banned', role: 'member' | 'banned' = 'member') =>
  ({ seq: 1, type: 'membership.left', room: '@me', at: '', actor: 'luis', membership: { room, role }, reason }) satisfies LogEvent

test.each(['removed', 'banned', 'left'] as const)('of a private room nothing stays in sight for who was %s', async (reason) => {
  const rooms = [listed('ops', { visibility: 'private' }), listed('chess')]
  const { session, log, hear, client } = openSession(rooms, [{ name: 'luis', kind: 'person', role: 'owner', connected: true }])
  log.say('luis', 'hola')
  session.show('ops')
  await session.refresh()
  await expect.poll(() => texts(session)).toEqual(['hola'])
  client.messages.history = async () => {
    throw new TypeError('cut')
  }
  const room = session.current.room.value
  hear({ kind: 'event', event: left('ops', reason, reason === 'banned' ? 'banned' : 'member') })
  expect([texts(session), room?.isClosed.value, room?.departure.value]).toEqual([[], true, reason])
  expect(session.current.people.members.value).toEqual([])
  session.show('chess')
  session.show('ops')
  expect([texts(session), room?.isClosed.value]).toEqual([[], true])
})

test('a public room can be read on by who was removed, and not by who was banned', async () => {
  const { session, log, hear } = openSession([listed('ops')])
  log.say('luis', 'hola')
  session.show('ops')
  await session.refresh()
  await expect.poll(() => texts(session)).toEqual(['hola'])
  const room = session.current.room.value
  hear({ kind: 'event', event: left('ops', 'removed') })
  expect([texts(session), room?.isClosed.value, room?.departure.value]).toEqual([['hola'], false, 'removed'])
  hear({ kind: 'event', event: left('ops', 'banned', 'banned') })
  expect([texts(session), room?.isClosed.value, room?.departure.value]).toEqual([[], true, 'banned'])
  hear({ kind: 'event', event: left('ops', 'removed', 'banned') })
  await expect.poll(() => texts(session)).toEqual(['hola'])
  expect([room?.isClosed.value, room?.departure.value]).toEqual([false, undefined])
})

test('a room that is closed without a word is closed here when the list is asked for', async () => {
  const rooms = [listed('ops'), listed('chess')]
  const { session, log, client } = openSession(rooms)
  log.say('luis', 'hola')
  session.show('ops')
  await session.refresh()
  await expect.poll(() => texts(session)).toEqual(['hola'])
  client.messages.history = async () => {
    throw new ProblemError({ type: 'about:blank', title: '', status: 404, code: 'room-not-found', detail: '', instance: '' })
  }
  rooms.shift()
  await session.refresh()
  await expect.poll(() => session.current.room.value?.isClosed.value).toBe(true)
  expect(texts(session)).toEqual([])
})

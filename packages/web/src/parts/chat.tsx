import { useSignal, useSignalEffect } from '@preact/signals'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect } from 'preact/hooks'
import { notifyOf } from '../browser/notices.ts'
import { isWide, isWidest, language, type Panel, panel, refused, tell, useSession, words } from '../page-context.ts'
import type { Departure, Room } from '../state/room.ts'
import { whyOf } from '../texts/why.ts'
import { count, fill } from '../texts/words.ts'
import { Account } from './account.tsx'
import { Announcer } from './announcer.tsx'
import { Fault, useAttempt } from './attempt.tsx'
import { Composer } from './composer.tsx'
import { Dialog } from './dialog.tsx'
import { asksForHelp, Help } from './help.tsx'
import { MenuIcon, OpenIcon, SearchIcon } from './icons.tsx'
import { InvitePeople } from './invite.tsx'
import { People } from './people.tsx'
import { Person } from './person.tsx'
import { Pill } from './pill.tsx'
import { RoomSettings } from './room-settings.tsx'
import { CreateRoom, Rooms } from './rooms.tsx'
import { Search } from './search.tsx'
import { Switcher } from './switcher.tsx'
import { Name } from './text.tsx'
import { Timeline } from './timeline.tsx'

/** The page of who is signed in. */
export function Chat() {
  const session = useSession()
  const said = words()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        panel.value = 'switch'
      } else if (asksForHelp(event)) {
        event.preventDefault()
        panel.value = 'help'
      }
    }
    const onMessage = (message: Parameters<typeof notifyOf>[0]) => notifyOf(message, session.name)
    addEventListener('keydown', onKeyDown)
    session.heard.add(onMessage)
    return () => {
      removeEventListener('keydown', onKeyDown)
      session.heard.delete(onMessage)
    }
  }, [session])
  useTitle()
  useSignalEffect(() => {
    const { room: current } = session.current
    const departure = current.value?.departure.value
    if (current.value && departure) putOut(current.value, departure)
  })
  return (
    <div class="page">
      <button type="button" class="skip" onClick={() => document.getElementById('messages')?.focus()}>
        {said.skip}
      </button>
      {isWide.value && (
        <aside class="side">
          <Rooms />
        </aside>
      )}
      <RoomView />
      {isWidest.value && (
        <aside class="people-side" aria-label={said.people}>
          <People isAside />
        </aside>
      )}
      <Announcer />
      <Panels />
    </div>
  )
}

const ofRoom: ReadonlySet<Panel | undefined> = new Set(['people', 'room', 'invite', 'person'])

/** What is open about a room closes when one is put out of it. Why is in sight there, and read aloud. */
function putOut(room: Room, departure: Departure): void {
  if (departure === 'left') return
  // What takes the place of the messages is read as it comes, but not below a panel.
  if (panel.peek() !== undefined || !room.isClosed.peek()) tell(departed(room.name, departure), false)
  if (ofRoom.has(panel.peek())) panel.value = undefined
}

function Panels() {
  const said = words()
  const close = () => {
    panel.value = undefined
  }
  switch (panel.value) {
    case 'rooms':
      return (
        <Dialog title={said.menu} class="drawer" onClose={close}>
          <Rooms />
        </Dialog>
      )
    case 'people':
      return (
        <Dialog title={said.people} class="drawer right" onClose={close}>
          <People />
        </Dialog>
      )
    case 'create':
      return <CreateRoom />
    case 'room':
      return <RoomSettings />
    case 'invite':
      return <InvitePeople />
    case 'person':
      return <Person />
    case 'search':
      return <Search />
    case 'switch':
      return <Switcher />
    case 'account':
      return <Account />
    case 'help':
      return <Help />
    default:
      return null
  }
}

function RoomView() {
  const session = useSession()
  const said = words()
  const room = session.current.room.value
  const name = session.current.name.value
  const entry = session.list.get(name)
  const members = session.current.people.members.value
  const here = session.isPresenceKnown.value ? members.filter(({ connected }) => connected).length : undefined
  const unreadElsewhere = session.list.entries.value.some((one) => one.unread > 0 && one.role !== null && one.name !== name)
  if (!room) return <main class="centre" aria-busy="true" />
  return (
    <main class="centre">
      <header class="bar">
        {!isWide.value && (
          <button type="button" class="quiet square" aria-label={said.menu} onClick={() => (panel.value = 'rooms')}>
            <MenuIcon />
            {unreadElsewhere && <span class="dot menu-dot" />}
          </button>
        )}
        <h1 class="bar-name">
          {entry ? (
            <button
              type="button"
              class="bar-room"
              title={said.roomSettings}
              aria-haspopup="dialog"
              onClick={() => (panel.value = 'room')}
            >
              <Name name={name} />
              <OpenIcon />
            </button>
          ) : (
            <Name name={name} />
          )}
        </h1>
        {entry?.title && (
          <p class="bar-title" dir="auto">
            {neutralise(entry.title)}
          </p>
        )}
        <span class="bar-space" />
        <Pill />
        {!isWidest.value && members.length > 0 && (
          <button type="button" class="quiet here-count" onClick={() => (panel.value = 'people')}>
            {here === undefined ? said.people : count(said.hereCount, here, language.value)}
          </button>
        )}
        <button type="button" class="quiet square" aria-label={said.search} onClick={() => (panel.value = 'search')}>
          <SearchIcon />
        </button>
      </header>
      <Refused />
      <Conversation key={name} room={room} />
    </main>
  )
}

/** Why what the address asked for did not come about. */
function Refused() {
  const said = words()
  if (!refused.value) return null
  const { why, again } = refused.value
  return (
    <div class="foot">
      <div class="notice" role="alert">
        <span>{whyOf(why, language.value)}</span>
        {again && (
          <button type="button" class="plain" onClick={again}>
            {said.tryAgain}
          </button>
        )}
        <button type="button" class="plain" onClick={() => (refused.value = undefined)}>
          {said.close}
        </button>
      </div>
    </div>
  )
}

/** The messages of a room, and where one writes to it. What is edited in one room is not edited in the next. */
function Conversation({ room }: { room: Room }) {
  const session = useSession()
  const editing = useSignal<number | undefined>(undefined)
  const entry = session.list.get(room.name)
  if (room.isClosed.value) return <Closed room={room} />
  return (
    <>
      <Timeline room={room} editing={editing} />
      <div class="foot">
        {entry?.archived ? (
          <p class="notice">{words().archived}</p>
        ) : (
          <>
            {session.list.loaded.value && entry?.role === null && <Join room={room.name} departure={room.departure.value} />}
            <Composer
              room={room.name}
              onEditLast={() => {
                // The last one is not there yet, and the one before it is not meant.
                if (session.outbox.peek().some((one) => one.room === room.name && one.state !== 'refused')) return false
                const last = lastOwn(room, session.name)
                if (last === undefined) return false
                editing.value = last
                return true
              }}
              onSent={() => {
                if (room.hasLater.peek()) void room.open()
                requestAnimationFrame(() => document.getElementById('messages')?.scrollTo({ top: 0 }))
              }}
            />
          </>
        )}
      </div>
    </>
  )
}

/** Instead of the messages of a room that may not be read: why not, and the way to another one. */
function Closed({ room }: { room: Room }) {
  const said = words()
  const departure = room.departure.value
  return (
    <div class="timeline">
      <div id="messages" class="scroller" tabIndex={-1}>
        <div class="column">
          <div class="nothing" role="alert">
            <p>{departure ? departed(room.name, departure) : whyOf(room.fault.value, language.value)}</p>
            <button type="button" class="plain" aria-haspopup="dialog" onClick={() => (panel.value = 'switch')}>
              {said.goToRoom}
            </button>
            {!departure && (
              <button type="button" class="plain" onClick={() => void room.open()}>
                {said.tryAgain}
              </button>
            )}
          </div>
        </div>
      </div>
    </div>
  )
}

function departed(room: string, departure: Departure): string {
  const said = words()
  return fill({ banned: said.wasBanned, removed: said.wasRemoved, left: said.youLeft }[departure], { room: neutralise(room) })
}

function Join({ room, departure }: { room: string; departure: Departure | undefined }) {
  const session = useSession()
  const said = words()
  const { fault, attempt } = useAttempt()
  const join = () =>
    attempt(async () => {
      await session.join(room)
      // The button goes, and the focus would go with it.
      requestAnimationFrame(() => document.getElementById('composer')?.focus())
    })
  return (
    <div class="notice">
      <span>
        {departure === 'removed' && `${departed(room, departure)} `}
        {fill(said.reading, { room: neutralise(room) })}
      </span>
      <button type="button" class="plain" onClick={() => void join()}>
        {said.joinRoom}
      </button>
      <Fault fault={fault} />
    </div>
  )
}

function lastOwn(room: Room, me: string): number | undefined {
  const rows = room.rows.blocks.peek().flatMap(({ rows }) => [...rows.peek()])
  return rows.findLast(({ live }) => live.peek().author.name === me && live.peek().text !== null)?.id
}

/** The tab says where one is, and how much is unread. */
function useTitle(): void {
  const session = useSession()
  const unread = session.list.entries.value.reduce((sum, { unread: n, role }) => (role === null ? sum : sum + n), 0)
  const title = `${unread > 0 ? `(${unread}) ` : ''}${neutralise(session.current.name.value)} · Tertulia`
  useEffect(() => {
    document.title = title
  }, [title])
}

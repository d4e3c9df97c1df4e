import { useSignal } from '@preact/signals'
import { goTo } from '../browser/place.ts'
import { language, panel, useSession, words } from '../page-context.ts'
import type { RoomEntry } from '../state/room-list.ts'
import { count } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { LockIcon, PlusIcon } from './icons.tsx'
import { RoomFields } from './room-fields.tsx'
import { Name } from './text.tsx'

/** The rooms, with what is unread in each, and the way to one's account. */
export function Rooms() {
  const session = useSession()
  const said = words()
  const entries = session.list.entries.value
  const own = entries.filter(({ role }) => role !== null)
  const others = entries.filter(({ role, archived }) => role === null && !archived)
  return (
    <>
      <div class="side-head">
        <span class="brand">
          tertulia<span class="brand-dot">.</span>
        </span>
        <span class="host">{new URL(session.server).host}</span>
      </div>
      <nav class="rooms" aria-label={said.rooms}>
        <RoomLinks entries={own} />
        <button type="button" class="room-new" onClick={() => (panel.value = 'create')}>
          <PlusIcon />
          {said.newRoom}
        </button>
        {others.length > 0 && (
          <>
            <h2 class="side-title">{said.otherRooms}</h2>
            <RoomLinks entries={others} />
          </>
        )}
      </nav>
      <div class="side-foot">
        <button type="button" class="me" onClick={() => (panel.value = 'account')}>
          <strong>
            <Name name={session.name} />
          </strong>
          <span class="me-more">{said.you}</span>
        </button>
        <button type="button" class="quiet square" aria-label={said.help} onClick={() => (panel.value = 'help')}>
          ?
        </button>
      </div>
    </>
  )
}

function RoomLinks({ entries }: { entries: readonly RoomEntry[] }) {
  const current = useSession().current.name.value
  return (
    <ul>
      {entries.map((entry) => (
        <li key={entry.name}>
          <RoomLink entry={entry} isCurrent={entry.name === current} />
        </li>
      ))}
    </ul>
  )
}

function RoomLink({ entry, isCurrent }: { entry: RoomEntry; isCurrent: boolean }) {
  const said = words()
  const { name, unread, mentioned, role, visibility, archived } = entry
  const shown = role !== null && unread > 0 && !isCurrent
  return (
    <a
      class={shown ? 'room has-unread' : 'room'}
      href={`#room=${encodeURIComponent(name)}`}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => (panel.value = undefined)}
    >
      <span class="room-name">
        <Name name={name} />
      </span>
      {visibility === 'private' && <LockIcon />}
      {archived && <span class="role"> {said.isArchived}</span>}
      {shown && mentioned && <span class="dot" role="img" aria-label={said.mentionsYou} />}
      {shown && (
        <span class="badge">
          <span aria-hidden="true">{unread}</span>
          <span class="unseen">{count(said.unread, unread, language.value)}</span>
        </span>
      )}
    </a>
  )
}

/** Makes a room, and goes there. */
export function CreateRoom() {
  const session = useSession()
  const said = words()
  const name = useSignal('')
  const title = useSignal('')
  const isPrivate = useSignal(false)
  const { fault, busy, attempt } = useAttempt()
  const create = () =>
    attempt(async () => {
      const visibility = isPrivate.peek() ? 'private' : 'public'
      const room = await session.client.rooms.create({ name: name.peek().trim(), title: title.peek().trim(), visibility })
      await session.refresh()
      panel.value = undefined
      goTo(room.name)
    })
  return (
    <Dialog title={said.newRoom} onClose={() => (panel.value = undefined)}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void create()
        }}
      >
        <Field
          label={said.roomName}
          text={name}
          required
          autoFocus
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          aria-invalid={fault.value !== undefined}
          aria-describedby="create-fault"
        />
        <RoomFields title={title} isPrivate={isPrivate} fault="create-fault" />
        <Fault id="create-fault" fault={fault} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={busy.value || name.value.trim() === ''}>
            {said.create}
          </button>
          <button type="button" class="plain" onClick={() => (panel.value = undefined)}>
            {said.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

import type { PresentMember } from '@tertulia/protocol'
import { panel, showPerson, useSession, words } from '../page-context.ts'
import { mayModerate } from '../state/rights.ts'
import { PlusIcon } from './icons.tsx'
import { LeaveRoom } from './leave-room.tsx'
import { colourOf, Name } from './text.tsx'

/** Who is in the room, those who are connected first; and the way out of it. */
export function People({ isAside = false }: { isAside?: boolean }) {
  const session = useSession()
  const said = words()
  const room = session.current.name.value
  const members = session.current.people.members.value
  const isKnown = session.isPresenceKnown.value
  const { state } = session.link.value
  const isCut = state === 'offline' || state === 'waiting'
  const here = members.filter(({ connected }) => isKnown && connected)
  const away = members.filter(({ connected }) => !isKnown || !connected)
  return (
    <>
      {here.length > 0 && <PeopleList title={said.hereNow} members={here} look="here" isAside={isAside} />}
      {away.length > 0 && (
        <PeopleList
          title={isKnown ? said.away : isCut ? said.presenceUnknown : said.people}
          members={away}
          look="away"
          isAside={isAside}
        />
      )}
      {(session.list.get(room)?.visibility === 'public' || mayModerate(session.rights(room))) && (
        <button type="button" class="room-new invite" onClick={() => (panel.value = 'invite')}>
          <PlusIcon />
          {said.invitePeople}
        </button>
      )}
      {/* What was asked of one room is not asked of the next. */}
      <LeaveRoom key={room} room={room} />
    </>
  )
}

interface PeopleListProps {
  title: string
  members: readonly PresentMember[]
  look: 'here' | 'away'
  isAside: boolean
}

function PeopleList({ title, members, look, isAside }: PeopleListProps) {
  const session = useSession()
  const said = words()
  const roles: Partial<Record<PresentMember['role'], string>> = { owner: said.owner, moderator: said.moderator }
  const Heading = isAside ? 'h2' : 'h3'
  return (
    <section>
      <Heading class="side-title">{title}</Heading>
      <ul class="people">
        {members.map(({ name, kind, role }) => (
          <li key={name} class={look}>
            <button type="button" class="person" aria-haspopup="dialog" onClick={() => showPerson(name)}>
              <span class="dot" aria-hidden="true" />
              <span class={`who ${name === session.name ? 'own' : colourOf(name)}`}>
                <Name name={name} />
              </span>
              {kind === 'bot' && <span class="role">{said.bot}</span>}
              {roles[role] && <span class="role">{roles[role]}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

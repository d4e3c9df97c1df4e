import { useSignal } from '@preact/signals'
import type { Role } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect } from 'preact/hooks'
import { mention } from '../browser/mention.ts'
import { panel, person, tell, useSession, words } from '../page-context.ts'
import { mayModerate, mayRemove } from '../state/rights.ts'
import { fill } from '../texts/words.ts'
import { Dialog } from './dialog.tsx'
import { AskingButton } from './question.tsx'

/** What can be done about somebody: `told` says that it was. */
interface Action {
  label: string
  told: string
  question?: string
  act: () => Promise<unknown>
}

/** Somebody, what they are in the room, and what can be done about it. */
export function Person() {
  const session = useSession()
  const said = words()
  const { name, from } = person.value
  const values = { name: neutralise(name), room: neutralise(session.current.name.value) }
  const role = useRole(name)
  const isMe = name === session.name
  const close = () => (panel.value = from)
  const roles = { owner: said.owner, moderator: said.moderator, member: said.member, banned: said.banned }
  return (
    <Dialog title={values.name} class="sheet" onClose={close}>
      <p class="note">{role !== undefined && fill(role === null ? said.noMember : roles[role], values)}</p>
      <div class="menu">
        {isMe ? (
          <button type="button" onClick={() => (panel.value = 'account')}>
            {said.you}
          </button>
        ) : (
          document.getElementById('composer') && (
            <button
              type="button"
              onClick={() => {
                panel.value = undefined
                // After the dialog has given the focus back.
                requestAnimationFrame(() => mention(name))
              }}
            >
              {said.mention}
            </button>
          )
        )}
        {actionsOn(name, isMe ? undefined : role).map(({ label, told, question, act }) => (
          <AskingButton
            key={label}
            label={label}
            look=""
            question={question && fill(question, values)}
            onYes={async () => {
              await act()
              // What it was opened from may go, and does so before the focus returns there.
              requestAnimationFrame(() => {
                close()
                tell(fill(told, values))
              })
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

/** What somebody is in the room that is shown; undefined: it is not known yet. */
function useRole(name: string): Role | null | undefined {
  const session = useSession()
  const found = useSignal<Role | null | undefined>(undefined)
  const listed = session.current.people.members.value.find((one) => one.name === name)
  useEffect(() => {
    if (listed) return
    const room = session.current.name.peek()
    session.roleOf(room, name).then(
      (role) => (found.value = role),
      (error) => session.failed(error)
    )
  }, [listed === undefined])
  return listed ? listed.role : found.value
}

function actionsOn(name: string, role: Role | null | undefined): Action[] {
  const session = useSession()
  const said = words()
  const room = session.current.name.value
  const rights = session.rights(room)
  if (role === undefined) return []
  const give = (next: Role) => () => session.setRole(room, name, next)
  const remove = () => session.removeMember(room, name)
  const isMember = role !== null && role !== 'banned'
  const actions: Action[] = []
  if (rights === 'owner' && isMember) {
    if (role !== 'owner')
      actions.push({ label: said.makeOwner, told: said.isOwnerNow, question: said.makeOwnerSure, act: give('owner') })
    if (role !== 'moderator') actions.push({ label: said.makeModerator, told: said.isModeratorNow, act: give('moderator') })
    if (role !== 'member') actions.push({ label: said.makeMember, told: said.isMemberNow, act: give('member') })
  }
  if (mayModerate(rights) && role === null)
    actions.push({ label: said.addToRoom, told: said.isMemberNow, act: () => session.client.members.put(room, name) })
  if (mayModerate(rights) && role === 'banned') actions.push({ label: said.liftBan, told: said.banLifted, act: remove })
  else if (mayRemove(rights, role)) {
    if (isMember) actions.push({ label: said.removePerson, told: said.isRemoved, question: said.removePersonSure, act: remove })
    actions.push({ label: said.ban, told: said.isBannedNow, question: said.banSure, act: give('banned') })
  }
  return actions
}

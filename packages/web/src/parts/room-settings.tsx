import { type Signal, useSignal } from '@preact/signals'
import { ProblemError } from '@tertulia/client'
import type { PresentMember, Room } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect, useRef } from 'preact/hooks'
import { language, panel, tell, useSession, words } from '../page-context.ts'
import { mayModerate } from '../state/rights.ts'
import type { RoomEntry } from '../state/room-list.ts'
import { count, fill } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { Choice } from './choice.tsx'
import { Dialog } from './dialog.tsx'
import { LeaveRoom } from './leave-room.tsx'
import { Listed } from './listed.tsx'
import { AskingButton } from './question.tsx'
import { RoomFields } from './room-fields.tsx'

/** What a room is, and what one may change of it. */
export function RoomSettings() {
  const session = useSession()
  const name = session.current.name.value
  const entry = session.list.get(name)
  const rights = session.rights(name)
  return (
    <Dialog title={neutralise(name)} onClose={() => (panel.value = undefined)}>
      {entry && rights === 'owner' ? (
        <Settings entry={entry} />
      ) : (
        entry && (
          <>
            {entry.title && <p dir="auto">{neutralise(entry.title)}</p>}
            <p class="note">{describe(entry)}</p>
          </>
        )
      )}
      {mayModerate(rights) && <Banned room={name} />}
      {entry?.role && (
        <section class="card">{entry.role === 'owner' ? <OwnerLeaves room={name} /> : <LeaveRoom room={name} />}</section>
      )}
    </Dialog>
  )
}

function describe({ visibility, archived, retainDays }: Pick<RoomEntry, 'visibility' | 'archived' | 'retainDays'>): string {
  const said = words()
  const parts = [visibility === 'private' ? said.privateRoom : said.publicRoom]
  if (archived) parts.push(said.archived)
  if (retainDays !== null) parts.push(fill(said.keptFor, { days: count(said.dayCount, retainDays, language.value) }))
  return parts.join(' ')
}

/** What an owner is offered; a room may have any other number of days. */
const daysOffered = [1, 7, 30, 90, 365]
const forever = 'forever'

function Retention({ chosen, present }: { chosen: Signal<string>; present: number | null }) {
  const said = words()
  // What is chosen stays on the list when somebody else changes it meanwhile.
  const others = [present ?? forever, chosen.value].filter((value) => value !== forever).map(Number)
  const days = [...new Set([...daysOffered, ...others])].sort((a, b) => a - b)
  return (
    <>
      <Choice
        label={said.keepMessages}
        chosen={chosen}
        options={[
          { value: forever, text: said.forever },
          ...days.map((n) => ({ value: `${n}`, text: count(said.dayCount, n, language.value) }))
        ]}
      />
      {chosen.value !== forever && <p class="help">{said.olderErased}</p>}
    </>
  )
}

function Settings({ entry }: { entry: RoomEntry }) {
  const session = useSession()
  const said = words()
  const title = useSignal(entry.title)
  const isPrivate = useSignal(entry.visibility === 'private')
  const kept = useSignal(`${entry.retainDays ?? forever}`)
  /** What it was when it was looked at last. */
  const seen = useSignal(entry.rev)
  const clash = useSignal<Room | undefined>(undefined)
  const { fault, busy, attempt } = useAttempt()
  const save = () =>
    attempt(async () => {
      try {
        const visibility = isPrivate.peek() ? 'private' : 'public'
        const retainDays = kept.peek() === forever ? null : Number(kept.peek())
        await session.change(entry.name, { title: title.peek().trim(), visibility, retainDays }, seen.peek())
      } catch (error) {
        if (!(error instanceof ProblemError && error.code === 'stale')) throw error
        clash.value = error.problem.current as Room
        seen.value = clash.value.rev
        return
      }
      tell(said.saved)
      panel.value = undefined
    })
  const values = { room: neutralise(entry.name) }
  const archive = async () => {
    await session.change(entry.name, { archived: !entry.archived }, entry.rev)
    tell(entry.archived ? said.reopened : said.archived, entry.archived) // that it is archived is said where one would write
    panel.value = undefined
  }
  return (
    <>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {clash.value && (
          <div class="clash" role="alert">
            <p class="note">{said.changedMeanwhile}</p>
            <blockquote dir="auto">
              {neutralise(clash.value.title)} <span class="help">{describe(clash.value)}</span>
            </blockquote>
            <p class="note">{said.yoursKept}</p>
          </div>
        )}
        <RoomFields title={title} isPrivate={isPrivate} fault="room-fault" />
        <Retention chosen={kept} present={entry.retainDays} />
        <p class="help">{said.nameStays}</p>
        <Fault id="room-fault" fault={fault} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={busy.value}>
            {said.save}
          </button>
        </div>
      </form>
      <section class="card">
        {entry.archived && <p class="note">{said.archived}</p>}
        <AskingButton
          label={entry.archived ? said.reopen : said.archive}
          look="plain"
          question={
            entry.archived ? undefined : fill(entry.visibility === 'private' ? said.archivePrivateSure : said.archiveSure, values)
          }
          onYes={archive}
        />
      </section>
    </>
  )
}

function Banned({ room }: { room: string }) {
  const session = useSession()
  const said = words()
  const banned = useSignal<readonly PresentMember[]>([])
  const look = async () => {
    banned.value = (await session.client.members.list(room, { role: 'banned' })).members
  }
  useEffect(() => void look().catch((error) => session.failed(error)), [])
  const lift = async (name: string) => {
    await session.removeMember(room, name)
    await look()
  }
  return (
    <Listed
      title={said.bannedPeople}
      items={banned.value.map(({ name }) => ({ key: name, text: neutralise(name) }))}
      label={said.liftBan}
      done={said.banLifted}
      onDo={lift}
    />
  )
}

/** A room keeps an owner: its only one hands it over before they leave. */
function OwnerLeaves({ room }: { room: string }) {
  const session = useSession()
  const said = words()
  const heirs = session.current.people.members.value.filter(({ name, kind }) => name !== session.name && kind === 'person')
  const heir = useSignal('')
  const isOnlyOwner = useSignal<boolean | undefined>(undefined)
  const part = useRef<HTMLDivElement>(null)
  const { fault, busy, attempt } = useAttempt()
  const look = async () => {
    isOnlyOwner.value = (await session.client.members.list(room, { role: 'owner', limit: 2 })).members.length === 1
  }
  useEffect(() => void look().catch((error) => session.failed(error)), [])
  const handOver = () =>
    attempt(async () => {
      const chosen = heir.peek() || (heirs[0]?.name ?? '')
      await session.setRole(room, chosen, 'owner')
      await look()
      tell(fill(said.handedOver, { name: neutralise(chosen) }))
      // What had the focus is gone.
      requestAnimationFrame(() => part.current?.querySelector('button')?.focus())
    })
  const values = { room: neutralise(room) }
  return (
    <div ref={part}>
      {isOnlyOwner.value === false && <LeaveRoom room={room} />}
      {isOnlyOwner.value && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void handOver()
          }}
        >
          <p class="note">{fill(heirs.length > 0 ? said.onlyOwner : said.nobodyElse, values)}</p>
          {heirs.length > 0 ? (
            <div class="form-row">
              <Choice
                label={said.newOwner}
                chosen={heir}
                options={heirs.map(({ name }) => ({ value: name, text: neutralise(name) }))}
              />
              <button type="submit" class="plain" disabled={busy.value}>
                {said.handOver}
              </button>
            </div>
          ) : (
            <div class="buttons">
              <button type="button" class="plain" onClick={() => (panel.value = 'invite')}>
                {said.invitePeople}
              </button>
            </div>
          )}
        </form>
      )}
      <Fault fault={fault} />
    </div>
  )
}

import { useSignal } from '@preact/signals'
import type { Invite, IssuedInvite } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { inviteLink } from '@tertulia/protocol/page-link'
import { useEffect } from 'preact/hooks'
import { roomLink } from '../browser/place.ts'
import { language, panel, tell, useSession, words } from '../page-context.ts'
import { mayModerate } from '../state/rights.ts'
import { short } from '../texts/times.ts'
import { count, fill } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { Choice } from './choice.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { Listed } from './listed.tsx'
import { OnlyHere } from './only-here.tsx'
import { Qr } from './qr.tsx'

const dayMs = 24 * 60 * 60 * 1000

/** Brings others into the room that is shown: by a link, or by the name they have here. */
export function InvitePeople() {
  const session = useSession()
  const said = words()
  const room = session.current.name.value
  return (
    <Dialog title={fill(said.inviteTo, { room: neutralise(room) })} onClose={() => (panel.value = undefined)}>
      <OnlyHere />
      {mayModerate(session.rights(room)) ? (
        <>
          <InviteByLink room={room} />
          <AddByName room={room} />
        </>
      ) : (
        <ShownLink address={roomLink(session.server, room)} note={said.publicNote} />
      )}
    </Dialog>
  )
}

function ShownLink({ address, note }: { address: string; note: string }) {
  const said = words()
  return (
    <>
      <p class="note">{note}</p>
      <div class="link-made">
        <Qr address={address} label={said.invitePeople} />
        <div class="link-words">
          <p class="address">{address}</p>
          <CopyButton text={address} label={said.copyLink} />
        </div>
      </div>
    </>
  )
}

function InviteByLink({ room }: { room: string }) {
  const session = useSession()
  const said = words()
  const uses = useSignal('1')
  const days = useSignal('7')
  const made = useSignal<IssuedInvite | undefined>(undefined)
  const open = useSignal<readonly Invite[]>([])
  const { fault, busy, attempt } = useAttempt()
  const look = async () => {
    const { invites } = await session.client.invites.list({ room })
    open.value = invites.filter(({ uses, used, expiresAt }) => used < uses && Date.parse(expiresAt) > Date.now())
  }
  useEffect(() => void look().catch((error) => session.failed(error)), [])
  const make = () =>
    attempt(async () => {
      const expiresAt = new Date(Date.now() + Number(days.peek()) * dayMs).toISOString()
      const invite = await session.client.invites.create({ room, uses: Number(uses.peek()), expiresAt })
      made.value = invite
      tell(noteOf(invite), false) // it stands beside the link
      await look()
    })
  const revoke = async (key: string) => {
    await session.client.invites.delete(Number(key))
    if (made.peek()?.id === Number(key)) made.value = undefined
    await look()
  }
  const until = ({ expiresAt }: Invite) => short(expiresAt, language.value)
  const people = (n: number) => count(said.personCount, n, language.value)
  const noteOf = (invite: Invite) =>
    fill(said.inviteNote, { people: people(invite.uses), room: neutralise(room), time: until(invite) })
  const shown = made.value
  return (
    <>
      <section class="card">
        <h3>{said.inviteLink}</h3>
        {shown && <ShownLink address={inviteLink(session.server, shown.code)} note={noteOf(shown)} />}
        <form
          class="form-row"
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <Choice
            label={said.inviteFor}
            chosen={uses}
            options={[1, 5, 25, 100].map((n) => ({ value: `${n}`, text: people(n) }))}
          />
          <Choice
            label={said.validFor}
            chosen={days}
            options={[1, 7, 30].map((n) => ({ value: `${n}`, text: count(said.dayCount, n, language.value) }))}
          />
          <button type="submit" class={shown ? 'plain' : 'primary'} disabled={busy.value}>
            {shown ? said.makeAnother : said.makeLink}
          </button>
        </form>
        <Fault fault={fault} />
      </section>
      <Listed
        title={said.openInvites}
        items={open.value.map((invite) => ({
          key: `${invite.id}`,
          text: fill(said.openInvite, {
            used: invite.used,
            uses: invite.uses,
            time: until(invite),
            name: neutralise(invite.invitedBy ?? '')
          })
        }))}
        label={said.revoke}
        done={said.revoked}
        onDo={revoke}
      />
    </>
  )
}

function AddByName({ room }: { room: string }) {
  const session = useSession()
  const said = words()
  const name = useSignal('')
  const note = useSignal('')
  const { fault, busy, attempt } = useAttempt()
  const add = () =>
    attempt(async () => {
      note.value = ''
      const member = await session.client.members.put(room, name.peek().trim())
      note.value = fill(said.isMemberNow, { name: neutralise(member.name), room: neutralise(room) })
      name.value = ''
    })
  return (
    <section class="card">
      <h3>{said.addByName}</h3>
      <form
        class="form-row"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <Field
          label={said.theirName}
          text={name}
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          aria-describedby="add-fault"
        />
        <button type="submit" class="plain" disabled={busy.value}>
          {said.add}
        </button>
      </form>
      <p class="note" role="status">
        {note.value}
      </p>
      <Fault id="add-fault" fault={fault} isOfOther />
    </section>
  )
}

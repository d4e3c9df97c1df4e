import { useSignal } from '@preact/signals'
import { ChatClient, ProblemError } from '@tertulia/client'
import type { InviteSummary, ProblemCode, SignedIn } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect } from 'preact/hooks'
import type { Identity } from '../hub/messages.ts'
import { chooseLanguage, language, words } from '../page-context.ts'
import type { Words } from '../texts/spanish.ts'
import { fill } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { Field } from './field.tsx'

export interface WelcomeProps {
  server: string
  /** What the address came with. */
  codes: { invite?: string; code?: string }
  /** Whose session has just ended, other than by their wish. */
  ended: string | undefined
  /** @param room  to show first */
  onEnter: (identity: Identity, room?: string) => void
}

/** The first visit: a name is enough, a code or a password is for who has one. */
export function Welcome({ server, codes, ended, onEnter }: WelcomeProps) {
  const said = words()
  const way = useSignal<'name' | 'code' | 'password'>(ended === undefined ? 'name' : 'password')
  const name = useSignal(ended ?? '')
  const code = useSignal('')
  const password = useSignal('')
  const invite = useSignal<{ code: string; summary: InviteSummary } | undefined>(undefined)
  const { fault, busy, attempt } = useAttempt()
  const client = new ChatClient({ server })

  const entered = ({ user, token }: SignedIn, room?: string) => onEnter({ server, token, name: user.name }, room)
  const lookUp = async (asked: string) => {
    invite.value = { code: asked, summary: await client.invites.lookup(asked) }
    way.value = 'name'
  }
  const register = () =>
    attempt(async () => {
      const user = { name: name.peek().trim() }
      const held = invite.peek()
      const signedIn = await client.users.register(held ? { ...user, invite: held.code } : user)
      entered(signedIn, held?.summary.room ?? undefined)
    })
  /** A code is that of a device or of an invite: nobody needs to know which. */
  const redeem = (asked: string) =>
    attempt(async () => {
      try {
        entered(await client.sessions.create({ code: asked }))
      } catch (error) {
        if (!isProblem(error, 'sign-in-failed')) throw error
        await lookUp(asked).catch((other) => {
          throw isProblem(other, 'invite-not-found') ? ofCode(error) : other
        })
      }
    })
  const signIn = () =>
    attempt(async () => entered(await client.sessions.create({ name: name.peek().trim(), password: password.peek() })))

  useEffect(() => {
    if (codes.code !== undefined) void redeem(codes.code)
    else if (codes.invite !== undefined) void attempt(() => lookUp(codes.invite ?? ''))
  }, [])

  const submit = () => {
    if (way.peek() === 'name') return register()
    return way.peek() === 'code' ? redeem(codeIn(code.peek())) : signIn()
  }
  const choose = (next: 'name' | 'code' | 'password') => {
    way.value = next
    fault.value = undefined
  }
  const shown = way.value
  return (
    <main class="welcome">
      <button
        type="button"
        class="link soft language"
        lang={language.value === 'en' ? 'es' : 'en'}
        onClick={() => chooseLanguage(language.value === 'en' ? 'es' : 'en')}
      >
        {language.value === 'en' ? 'Español' : 'English'}
      </button>
      <form
        class="welcome-card"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <h1 class="brand">
          tertulia<span class="brand-dot">.</span>
        </h1>
        <p class="tagline">{said.tagline}</p>
        {ended !== undefined && <p class="note">{said.signedOutElsewhere}</p>}
        {invite.value && <p class="note strong">{invited(invite.value.summary, said)}</p>}
        {shown !== 'code' && (
          <Field
            key={`name ${shown}`}
            label={said.yourName}
            text={name}
            required
            autoFocus={shown === 'name' || name.peek() === ''}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={64}
            aria-invalid={fault.value !== undefined}
            aria-describedby="welcome-fault"
          />
        )}
        {shown === 'password' && (
          <Field
            label={said.password}
            text={password}
            isPassword
            required
            autoFocus={name.peek() !== ''}
            autocomplete="current-password"
            aria-describedby="welcome-fault"
          />
        )}
        {shown === 'code' && (
          <Field
            label={said.code}
            text={code}
            required
            autoFocus
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            aria-describedby="welcome-fault"
          >
            <span class="help">{said.haveCodeNote}</span>
          </Field>
        )}
        <Fault id="welcome-fault" fault={fault} />
        <button type="submit" class="primary wide" disabled={busy.value}>
          {busy.value ? said.entering : said.enter}
        </button>
        <div class="welcome-ways">
          {shown !== 'name' && (
            <button type="button" class="link" onClick={() => choose('name')}>
              {said.newHere}
            </button>
          )}
          {shown !== 'code' && (
            <button type="button" class="link" onClick={() => choose('code')}>
              {said.haveCode}
            </button>
          )}
          {shown !== 'password' && (
            <button type="button" class="link" onClick={() => choose('password')}>
              {said.havePassword}
            </button>
          )}
        </div>
      </form>
    </main>
  )
}

function invited({ invitedBy, room }: InviteSummary, said: Words): string {
  const [name, to] = [neutralise(invitedBy ?? ''), neutralise(room ?? '')]
  if (invitedBy === null) return room === null ? said.invited : fill(said.invitedToRoom, { room: to })
  return fill(room === null ? said.invitedBy : said.invitedTo, { name, room: to })
}

const isProblem = (error: unknown, code: ProblemCode): error is ProblemError =>
  error instanceof ProblemError && error.code === code

/** It is the code that is wrong, whatever it was meant to be. */
export const ofCode = (error: unknown): unknown =>
  isProblem(error, 'sign-in-failed')
    ? new ProblemError({ ...error.problem, errors: [{ pointer: '#/code', detail: error.message }] })
    : error

/** Somebody pastes the whole link where its code was asked for. */
const codeIn = (typed: string): string => /#(?:join|link)=([^&\s]+)/.exec(typed)?.[1] ?? typed.trim()

import { useSignal } from '@preact/signals'
import type { SignInLink } from '@tertulia/protocol'
import { inGroups } from '@tertulia/protocol/code-groups'
import { linkMs } from '@tertulia/protocol/limits'
import { neutralise } from '@tertulia/protocol/neutralise'
import { signInLink } from '@tertulia/protocol/page-link'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { chooseToNotify, notices } from '../browser/notices.ts'
import { chooseLanguage, language, panel, useSession, words } from '../page-context.ts'
import { clock } from '../texts/times.ts'
import { fill, type Language } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { OnlyHere } from './only-here.tsx'
import { Qr } from './qr.tsx'
import { AskingButton } from './question.tsx'
import { Name } from './text.tsx'

/** How often it is asked whether a code has been used, while it is shown. */
const askMs = 3_000

/** Oneself: other devices, a password, what the page is to do, and the way out. */
export function Account() {
  const session = useSession()
  const said = words()
  // Another device may have set a password.
  useEffect(() => void session.refreshMe().catch(() => {}), [session])
  return (
    <Dialog title={said.you} class="account" onClose={() => (panel.value = undefined)}>
      <p class="whoami">
        <strong>
          <Name name={session.name} />
        </strong>{' '}
        <span class="host">{new URL(session.server).host}</span>
      </p>
      <LinkDevice />
      <Password />
      <Preferences />
      <SignOut />
    </Dialog>
  )
}

function LinkDevice() {
  const session = useSession()
  const said = words()
  const link = useSignal<SignInLink | undefined>(undefined)
  const outcome = useSignal<'used' | 'expired' | undefined>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const { fault, attempt } = useAttempt()
  const make = () =>
    attempt(async () => {
      await session.refreshMe()
      link.value = await session.client.sessions.link()
      outcome.value = undefined
    })
  const made = link.value
  // One that was used, or is too old, is not shown any more.
  useEffect(() => {
    if (!made) return
    const end = (how: 'used' | 'expired') => {
      outcome.value = how
      link.value = undefined
    }
    const look = async () => {
      const before = session.me.peek()?.sessions ?? 0
      const { sessions } = await session.refreshMe()
      if (sessions > before) end('used')
    }
    const expiry = setTimeout(() => end('expired'), linkMs)
    const looking = setInterval(() => void look().catch(() => {}), askMs) // without a connection: next time
    return () => {
      clearTimeout(expiry)
      clearInterval(looking)
    }
  }, [made])
  // The button that had the focus is gone.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) button.current?.focus()
  }, [made])
  const address = made && signInLink(session.server, made.code)
  return (
    <section class="card">
      <h3>{said.linkDevice}</h3>
      {made && address ? (
        <>
          <OnlyHere />
          <p class="note">{fill(said.linkNote, { server: session.server, time: clock(made.expiresAt, language.value) })}</p>
          <div class="link-made">
            <Qr address={address} label={said.linkDevice} />
            <div class="link-words">
              <output class="code">{inGroups(made.code)}</output>
              <CopyButton element={button} text={address} label={said.copyLink} />
            </div>
          </div>
        </>
      ) : (
        <button ref={button} type="button" class="plain" onClick={() => void make()}>
          {said.makeCode}
        </button>
      )}
      <p class="note" role="status">
        {outcome.value && { used: said.linkUsed, expired: said.linkExpired }[outcome.value]}
      </p>
      <Fault fault={fault} />
    </section>
  )
}

function Password() {
  const session = useSession()
  const said = words()
  const hasPassword = session.me.value?.hasPassword ?? false
  const isOpen = useSignal(false)
  const current = useSignal('')
  const password = useSignal('')
  const note = useSignal('')
  const opener = useRef<HTMLButtonElement>(null)
  const { fault, attempt } = useAttempt()
  const close = () => {
    isOpen.value = false
    // What had the focus is gone.
    requestAnimationFrame(() => opener.current?.focus())
  }
  const save = () =>
    attempt(async () => {
      note.value = ''
      await session.client.users.setPassword(
        hasPassword ? { password: password.peek(), current: current.peek() } : { password: password.peek() }
      )
      note.value = said.passwordSet
      current.value = ''
      password.value = ''
      close()
      await session.refreshMe()
    })
  return (
    <section class="card">
      <h3>{said.password}</h3>
      <p class="note">{said.passwordNote}</p>
      {isOpen.value ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          {/* Tells a password manager whose it is. */}
          <input class="unseen" tabIndex={-1} aria-hidden="true" autocomplete="username" readOnly value={session.name} />
          {hasPassword && (
            <Field label={said.currentPassword} text={current} isPassword required autoFocus autocomplete="current-password" />
          )}
          <Field
            label={said.newPassword}
            text={password}
            isPassword
            required
            autoFocus={!hasPassword}
            minLength={8}
            autocomplete="new-password"
          >
            <span class="help">{said.passwordRule}</span>
          </Field>
          <div class="buttons">
            <button type="submit" class="primary">
              {said.save}
            </button>
            <button type="button" class="plain" onClick={close}>
              {said.cancel}
            </button>
          </div>
        </form>
      ) : (
        <button ref={opener} type="button" class="plain" onClick={() => (isOpen.value = true)}>
          {hasPassword ? said.changePassword : said.setPassword}
        </button>
      )}
      <p class="note" role="status">
        {note.value}
      </p>
      <Fault fault={fault} />
    </section>
  )
}

function Preferences() {
  const said = words()
  const { state } = notices.value
  const whyNot = { unsafe: said.notifyNeedsHttps, denied: said.notifyDenied, off: '', on: '' }[state]
  return (
    <section class="card">
      <label class="check">
        <input
          type="checkbox"
          checked={state === 'on'}
          disabled={state === 'unsafe' || state === 'denied'}
          onChange={({ currentTarget }) => void chooseToNotify(currentTarget.checked)}
        />
        {said.notify}
      </label>
      {whyNot && <p class="help">{whyNot}</p>}
      <label class="labelled inline">
        {said.language}
        <select value={language.value} onChange={({ currentTarget }) => chooseLanguage(currentTarget.value as Language)}>
          <option value="en">English</option>
          <option value="es">Español</option>
        </select>
      </label>
    </section>
  )
}

function SignOut() {
  const session = useSession()
  const said = words()
  const question = session.me.value?.hasPassword ? said.signOutPlain : said.signOutSure
  return (
    <section class="card">
      <AskingButton
        label={said.signOut}
        look="plain"
        question={fill(question, { name: neutralise(session.name) })}
        onYes={() => session.signOut()}
      />
    </section>
  )
}

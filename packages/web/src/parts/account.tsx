import { useSignal } from '@preact/signals'
import type { SignInLink } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { signInLink } from '@tertulia/protocol/page-link'
import { copyText } from '../browser/copy.ts'
import { chooseToNotify, notices } from '../browser/notices.ts'
import { chooseLanguage, language, panel, useSession, words } from '../page-context.ts'
import { clock } from '../texts/times.ts'
import { whyOf } from '../texts/why.ts'
import { fill, type Language } from '../texts/words.ts'
import { Dialog } from './dialog.tsx'
import { Qr } from './qr.tsx'
import { Name } from './text.tsx'

/** Oneself: other devices, a password, what the page is to do, and the way out. */
export function Account() {
  const session = useSession()
  const said = words()
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
  const copied = useSignal(false)
  const fault = useSignal('')
  const make = async () => {
    try {
      link.value = await session.client.sessions.link()
      copied.value = false
    } catch (error) {
      fault.value = whyOf(error, said)
    }
  }
  const made = link.value
  const address = made && signInLink(session.server, made.code)
  return (
    <section class="card">
      <h3>{said.linkDevice}</h3>
      {made && address ? (
        <>
          <p class="note">{fill(said.linkNote, { time: clock(made.expiresAt, language.value) })}</p>
          <div class="link-made">
            <Qr address={address} label={said.linkDevice} />
            <div class="link-words">
              <output class="code">{made.code}</output>
              <p class="address">{address}</p>
              <button type="button" class="plain" onClick={() => void copyText(address).then((done) => (copied.value = done))}>
                {copied.value ? said.copied : said.copyLink}
              </button>
            </div>
          </div>
        </>
      ) : (
        <button type="button" class="plain" onClick={() => void make()}>
          {said.makeCode}
        </button>
      )}
      <p class="note wrong" role="alert">
        {fault.value}
      </p>
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
  const fault = useSignal('')
  const save = async () => {
    fault.value = ''
    try {
      await session.client.users.setPassword(
        hasPassword ? { password: password.peek(), current: current.peek() } : { password: password.peek() }
      )
      note.value = said.passwordSet
      isOpen.value = false
      current.value = ''
      password.value = ''
      session.me.value = await session.client.users.me()
    } catch (error) {
      fault.value = whyOf(error, said)
    }
  }
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
            <label class="labelled">
              {said.currentPassword}
              <input
                type="password"
                required
                autocomplete="current-password"
                value={current.value}
                onInput={({ currentTarget }) => (current.value = currentTarget.value)}
              />
            </label>
          )}
          <label class="labelled">
            {said.newPassword}
            <input
              type="password"
              required
              minLength={8}
              autocomplete="new-password"
              value={password.value}
              onInput={({ currentTarget }) => (password.value = currentTarget.value)}
            />
          </label>
          <div class="buttons">
            <button type="submit" class="primary">
              {said.save}
            </button>
            <button type="button" class="plain" onClick={() => (isOpen.value = false)}>
              {said.cancel}
            </button>
          </div>
        </form>
      ) : (
        <button type="button" class="plain" onClick={() => (isOpen.value = true)}>
          {hasPassword ? said.changePassword : said.setPassword}
        </button>
      )}
      <p class="note" role="status">
        {note.value}
      </p>
      <p class="note wrong" role="alert">
        {fault.value}
      </p>
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
  const asking = useSignal(false)
  const fault = useSignal('')
  const name = neutralise(session.name)
  const leave = async () => {
    try {
      await session.signOut()
    } catch (error) {
      fault.value = whyOf(error, said)
    }
  }
  return (
    <section class="card">
      {asking.value ? (
        <>
          <p class="note">{fill(session.me.value?.hasPassword ? said.signOutPlain : said.signOutSure, { name })}</p>
          <div class="buttons">
            <button type="button" class="danger" onClick={() => void leave()}>
              {said.signOut}
            </button>
            <button type="button" class="plain" onClick={() => (asking.value = false)}>
              {said.cancel}
            </button>
          </div>
        </>
      ) : (
        <button type="button" class="plain" onClick={() => (asking.value = true)}>
          {said.signOut}
        </button>
      )}
      <p class="note wrong" role="alert">
        {fault.value}
      </p>
    </section>
  )
}

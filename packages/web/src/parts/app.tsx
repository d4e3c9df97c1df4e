import { useSignal } from '@preact/signals'
import { ChatClient, ProblemError } from '@tertulia/client'
import { useEffect } from 'preact/hooks'
import { goTo, hasCodes, roomInAddress, settle, takeCodes } from '../browser/place.ts'
import { connect } from '../hub/connect.ts'
import type { Identity } from '../hub/messages.ts'
import { language, panel, refused, SessionProvider } from '../page-context.ts'
import { forgetIdentity, identityKey, loadIdentity, saveIdentity } from '../state/identity.ts'
import { Session } from '../state/session.ts'
import { Chat } from './chat.tsx'
import { ofCode, Welcome } from './welcome.tsx'

const firstRoom = 'general'
const tickMs = 5_000
/** A timer that comes so late has slept with the computer. */
const sleptMs = 10_000

/** The first visit, or the chat. */
export function App({ server }: { server: string }) {
  const session = useSignal<Session | undefined>(undefined)
  /** Whose session has ended, other than by their wish. */
  const ended = useSignal<string | undefined>(undefined)
  const codes = useSignal(takeCodes())

  const begin = (identity: Identity, asked?: string) => {
    const opened = new Session({
      identity,
      connect: (hear) => connect(`tertulia ${server} ${identity.name}`, hear),
      onEnd: (isOwnWish) => {
        forgetIdentity(identity)
        session.value = undefined
        ended.value = isOwnWish ? undefined : identity.name
        panel.value = undefined
        refused.value = undefined
      }
    })
    const room = asked ?? roomInAddress() ?? firstRoom
    settle(room)
    session.value = opened
    opened.show(room)
    void opened.refresh()
  }
  const enter = (identity: Identity, room = roomInAddress() ?? firstRoom) => {
    saveIdentity(identity)
    codes.value = {}
    ended.value = undefined
    // Whoever comes in is in the room, as in a terminal; where there is none for them, in the first one, with the reason.
    void new ChatClient(identity).members.put(room, 'me').then(
      () => begin(identity, room),
      (why) => {
        const isClosed = why instanceof ProblemError && (why.status === 403 || why.status === 404)
        if (!isClosed || room === firstRoom) return begin(identity, room)
        refused.value = { why }
        enter(identity, firstRoom)
      }
    )
  }

  useEffect(() => {
    const known = loadIdentity(server)
    if (!known) return
    const { invite, code } = codes.peek()
    // A code signs in here too, as somebody else perhaps: that is what it was opened for. One that is spent changes nothing.
    if (code !== undefined) {
      void new ChatClient({ server }).sessions.create({ code }).then(
        ({ user, token }) => enter({ server, token, name: user.name }),
        (error) => {
          refused.value = { why: ofCode(error) }
          begin(known)
        }
      )
    } else if (invite !== undefined) void redeem(known, invite).then((room) => begin(known, room))
    else begin(known)
  }, [])

  // An address with a code was opened where the page is already: it begins anew.
  useEffect(() => {
    const onHash = () => hasCodes() && location.reload()
    addEventListener('hashchange', onHash)
    return () => removeEventListener('hashchange', onHash)
  }, [])

  const current = session.value
  useEffect(() => (current ? watch(current) : undefined), [current])
  useEffect(() => {
    document.documentElement.lang = language.value
  }, [language.value])

  if (current) {
    return (
      <SessionProvider value={current}>
        <Chat />
      </SessionProvider>
    )
  }
  const isReturning = loadIdentity(server) !== undefined
  return isReturning ? null : <Welcome server={server} codes={codes.value} ended={ended.value} onEnter={enter} />
}

/** An invite of somebody who has a name here already. Where it leads nowhere, they see why, and what they saw before. */
async function redeem(identity: Identity, invite: string): Promise<string | undefined> {
  const client = new ChatClient(identity)
  try {
    const { room } = await client.invites.lookup(invite)
    if (room === null) return undefined
    await client.members.put(room, 'me', { invite })
    return room
  } catch (why) {
    const again = async () => {
      refused.value = undefined
      const room = await redeem(identity, invite)
      if (room !== undefined) goTo(room)
    }
    refused.value = { why, again: why instanceof ProblemError ? undefined : again }
    return undefined
  }
}

/** What the browser does with the page, and the address with the room. */
function watch(session: Session): () => void {
  const onHash = () => {
    const room = roomInAddress()
    if (room !== undefined && room !== session.current.name.peek()) session.show(room)
  }
  const onOnline = () => session.wake(true)
  const onVisible = () => {
    if (document.visibilityState !== 'visible') return
    session.wake(false)
    void session.refresh()
  }
  const onHide = () => session.rest()
  const onShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted) session.back()
  }
  // Another tab signed out, with a token of its own. This one is still good, and would be lost with the tab.
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (key === identityKey(session.server) && newValue === null && !session.isOver) saveIdentity(session.identity)
  }
  let last = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    if (now - last > tickMs + sleptMs) session.wake(true)
    last = now
  }, tickMs)
  addEventListener('hashchange', onHash)
  addEventListener('online', onOnline)
  document.addEventListener('visibilitychange', onVisible)
  addEventListener('pagehide', onHide)
  addEventListener('pageshow', onShow)
  addEventListener('storage', onStorage)
  return () => {
    clearInterval(timer)
    removeEventListener('hashchange', onHash)
    removeEventListener('online', onOnline)
    document.removeEventListener('visibilitychange', onVisible)
    removeEventListener('pagehide', onHide)
    removeEventListener('pageshow', onShow)
    removeEventListener('storage', onStorage)
  }
}

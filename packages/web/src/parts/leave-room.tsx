import { ProblemError } from '@tertulia/client'
import { neutralise } from '@tertulia/protocol/neutralise'
import { goTo } from '../browser/place.ts'
import { panel, useSession, words } from '../page-context.ts'
import { fill } from '../texts/words.ts'
import { AskingButton } from './question.tsx'

/** The way out of a room. Its only owner is led to where it can be handed over. */
export function LeaveRoom({ room }: { room: string }) {
  const session = useSession()
  const said = words()
  if (session.list.get(room)?.role == null) return null
  const leave = async () => {
    try {
      await session.leave(room)
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'last-owner') || panel.peek() === 'room') throw error
      panel.value = 'room'
      return
    }
    panel.value = undefined
    const next = session.list.entries.peek().find(({ role, name }) => role !== null && name !== room)
    goTo(next?.name ?? 'general')
  }
  return (
    <div class="leave">
      <AskingButton
        label={said.leaveRoom}
        look="link soft"
        question={fill(said.leaveSure, { room: neutralise(room) })}
        onYes={leave}
      />
    </div>
  )
}

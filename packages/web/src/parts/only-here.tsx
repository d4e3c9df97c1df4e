import { isLoopback } from '../browser/place.ts'
import { useSession, words } from '../page-context.ts'
import { fill } from '../texts/words.ts'

/** What to know before a link is given to another device: where only this computer can open it, and how to come by one for others. */
export function OnlyHere() {
  const { server } = useSession()
  return isLoopback(server) ? <p class="note strong">{fill(words().onlyThisComputer, { server })}</p> : null
}

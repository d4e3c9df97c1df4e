import type { Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect } from 'preact/hooks'
import { language, panel, useSession, voice, words } from '../page-context.ts'
import { count } from '../texts/words.ts'
import { Told } from './told.tsx'

const everyMs = 1_000
const readMax = 5

/** Reads new messages aloud, for who does not see the screen: a few in full, many as their number, and never what one wrote oneself. */
export function Announcer() {
  const session = useSession()
  useEffect(() => {
    let waiting: Message[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const speak = () => {
      timer = undefined
      const messages = waiting.filter(isInSight)
      waiting = []
      if (messages.length > 0) voice.say(spoken(messages))
    }
    // Who was put out of a room meanwhile, or went to another one, hears no more of it.
    const isInSight = ({ room }: Message) => {
      const current = session.current.room.peek()
      return current?.name === room && !current.isClosed.peek()
    }
    const hear = (message: Message) => {
      const isOther = message.author.name !== session.name && isInSight(message) && message.text !== null
      if (!isOther || session.link.peek().state !== 'live') return
      waiting.push(message)
      timer ??= setTimeout(speak, everyMs)
    }
    session.heard.add(hear)
    return () => {
      session.heard.delete(hear)
      clearTimeout(timer)
      voice.end()
    }
  }, [session])
  // In what is above the page it is told there.
  return <Told isSilent={panel.value !== undefined} />
}

function spoken(messages: readonly Message[]): string {
  if (messages.length > readMax) return count(words().newMessages, messages.length, language.peek())
  return messages.map(({ author, text }) => `${neutralise(author.name)}: ${neutralise(text ?? '')}`).join('. ')
}

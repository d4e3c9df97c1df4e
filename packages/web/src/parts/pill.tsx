import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useSession, words } from '../page-context.ts'
import { fill } from '../texts/words.ts'

/** How things stand with the server, in words. The seconds are for the eye: read aloud, each would be a sentence. */
export function Pill() {
  const link = useSession().link.value
  const said = words()
  const phrase = { live: said.live, 'catching-up': said.catchingUp, offline: said.offline, waiting: said.reconnecting }[
    link.state
  ]
  return (
    <div class={`pill ${link.state}`} role="status" aria-label={said.connection}>
      <span class="dot" aria-hidden="true" />
      <span class="pill-words">
        {phrase}
        {link.state === 'waiting' && <Seconds key={link.untilMs} untilMs={link.untilMs} />}
      </span>
    </div>
  )
}

function Seconds({ untilMs }: { untilMs: number }) {
  const left = useSignal(secondsTo(untilMs))
  useEffect(() => {
    const timer = setInterval(() => {
      left.value = secondsTo(untilMs)
    }, 250)
    return () => clearInterval(timer)
  }, [untilMs])
  return <span aria-hidden="true"> {fill(words().inSeconds, { n: left.value })}</span>
}

const secondsTo = (untilMs: number): number => Math.max(0, Math.ceil((untilMs - Date.now()) / 1000))

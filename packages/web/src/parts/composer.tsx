import { useSignal } from '@preact/signals'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { isComposing } from '../browser/keyboard.ts'
import { language, useSession, words } from '../page-context.ts'
import { canBeSent, sendable, tooManyOf } from '../texts/typed.ts'
import { count, fill } from '../texts/words.ts'
import { useCompletion } from './completion.tsx'
import { SendIcon } from './icons.tsx'

/** Where one writes. What was begun stays, in each room of its own. */
export function Composer({ room, onEditLast, onSent }: { room: string; onEditLast: () => boolean; onSent: () => void }) {
  const session = useSession()
  const said = words()
  const text = useSignal(session.drafts.get(room))
  const box = useRef<HTMLTextAreaElement>(null)
  const shown = text.value
  const completion = useCompletion(box, shown)
  useLayoutEffect(() => grow(box.current), [shown])
  // Who comes into a room can write; but on a phone that would bring up the keys, over what is to be read.
  useLayoutEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true })
  }, [])
  const tooMany = tooManyOf(shown)

  const change = (next: string) => {
    text.value = next
    session.drafts.set(room, next)
  }
  const send = () => {
    if (!canBeSent(shown)) return
    session.send(sendable(shown))
    change('')
    box.current?.focus()
    onSent()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (completion.onKeyDown(event) || isComposing(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && shown === '' && onEditLast()) {
      event.preventDefault()
    }
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div class="field-row">
        <textarea
          ref={box}
          rows={1}
          id="composer"
          dir="auto"
          aria-label={fill(said.messageTo, { room: neutralise(room) })}
          placeholder={fill(said.messageTo, { room: neutralise(room) })}
          aria-describedby="composer-help"
          aria-invalid={tooMany > 0}
          enterkeyhint="send"
          {...completion.attributes}
          value={shown}
          onInput={({ currentTarget }) => change(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {completion.list}
        <button type="submit" class="primary send" disabled={!canBeSent(shown)} aria-label={said.send}>
          <span class="send-word">{said.send}</span>
          <SendIcon />
        </button>
      </div>
      <p id="composer-help" class={tooMany > 0 ? 'help wrong' : 'help'} role={tooMany > 0 ? 'alert' : undefined}>
        {tooMany > 0 ? count(said.tooLong, tooMany, language.value) : said.composerHelp}
      </p>
    </form>
  )
}

/** As high as its text, up to what the style allows. */
export function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return
  box.style.height = 'auto'
  box.style.height = `${box.scrollHeight + 2}px`
}

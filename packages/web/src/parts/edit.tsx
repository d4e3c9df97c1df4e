import { useSignal } from '@preact/signals'
import { ProblemError } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { isComposing } from '../browser/keyboard.ts'
import { language, useSession, words } from '../page-context.ts'
import type { Room } from '../state/room.ts'
import { canBeSent, sendable, tooManyOf } from '../texts/typed.ts'
import { whyOf } from '../texts/why.ts'
import { count } from '../texts/words.ts'
import { useCompletion } from './completion.tsx'
import { grow } from './composer.tsx'
import { Text } from './text.tsx'

/** Changes a message where it stands. If somebody changed it meanwhile, both texts are shown, and one's own stays. */
export function Edit({ message, room, onDone }: { message: Message; room: Room; onDone: () => void }) {
  const session = useSession()
  const said = words()
  const text = useSignal(message.text ?? '')
  /** What the text that is changed was when it was looked at last. */
  const seen = useSignal(message)
  const clash = useSignal<Message | undefined>(undefined)
  const fault = useSignal('')
  const busy = useSignal(false)
  const tooMany = tooManyOf(text.value)
  const form = useRef<HTMLFormElement>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const completion = useCompletion(box, text.value)
  useLayoutEffect(() => grow(box.current), [text.value])
  useLayoutEffect(() => {
    const { current } = box
    current?.focus({ preventScroll: true })
    current?.setSelectionRange(current.value.length, current.value.length)
    return keepInSight(form.current, current)
  }, [])

  const save = async () => {
    const next = sendable(text.peek())
    if (busy.peek() || !canBeSent(next)) return
    if (next === seen.peek().text) return onDone()
    busy.value = true
    fault.value = ''
    try {
      await session.edit(message, next, room.tagOf(seen.peek()))
      onDone()
    } catch (error) {
      const current = error instanceof ProblemError && error.code === 'stale' ? (error.problem.current as Message) : undefined
      if (current) {
        clash.value = current
        seen.value = current
      } else {
        const isGone = error instanceof ProblemError && error.code === 'message-deleted'
        fault.value = isGone ? said.deletedMeanwhile : whyOf(error, language.peek())
      }
    } finally {
      busy.value = false
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (completion.onKeyDown(event) || isComposing(event)) return
    if (event.key === 'Escape') onDone()
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      void save()
    }
  }
  return (
    <form
      ref={form}
      class="edit"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {clash.value && (
        <div class="clash" role="alert">
          <p class="note">{said.changedMeanwhile}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the keys */}
          <blockquote dir="auto" tabIndex={0}>
            <Text text={clash.value.text ?? ''} reader={session.name} />
          </blockquote>
          <p class="note">{said.yoursKept}</p>
        </div>
      )}
      {fault.value && (
        <p class="note wrong" role="alert">
          {fault.value}
        </p>
      )}
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        aria-label={said.editing}
        {...completion.attributes}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value
        }}
        onKeyDown={onKeyDown}
      />
      {completion.list}
      <div class="buttons">
        <button type="submit" class="primary" disabled={busy.value || !canBeSent(text.value)}>
          {said.save}
        </button>
        <button type="button" class="plain" onClick={onDone}>
          {said.cancel}
        </button>
        {tooMany > 0 ? (
          <span class="note wrong" role="alert">
            {count(said.tooLong, tooMany, language.value)}
          </span>
        ) : (
          <span class="help">{said.editHelp}</span>
        )}
      </div>
    </form>
  )
}

/** All of the form if there is room for it, in any case the box: also when it grows, and when the keys of a phone come up. */
function keepInSight(form: HTMLElement | null, box: HTMLElement | null): () => void {
  const show = () => {
    if (!form?.contains(document.activeElement)) return
    for (const part of [form, box]) part?.scrollIntoView({ block: 'nearest' })
  }
  show()
  const observer = new ResizeObserver(show)
  const scroller = form?.closest('.scroller')
  for (const part of [form, scroller]) if (part) observer.observe(part)
  return () => observer.disconnect()
}

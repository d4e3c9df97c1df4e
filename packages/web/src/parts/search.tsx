import { useSignal } from '@preact/signals'
import type { Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useRef } from 'preact/hooks'
import { goTo } from '../browser/place.ts'
import { language, panel, useSession, words } from '../page-context.ts'
import { short } from '../texts/times.ts'
import { whyOf } from '../texts/why.ts'
import { fill } from '../texts/words.ts'
import { Dialog } from './dialog.tsx'
import { colourOf, Name } from './text.tsx'

/** Finds messages, and shows one among those around it. */
export function Search() {
  const session = useSession()
  const said = words()
  const room = session.current.name.value
  const asked = useSignal('')
  const onlyHere = useSignal(false)
  const found = useSignal<readonly Message[] | undefined>(undefined)
  const next = useSignal<string | undefined>(undefined)
  const note = useSignal('')
  const latest = useRef(0)

  const find = async (before?: string) => {
    const turn = ++latest.current
    note.value = ''
    try {
      const page = await session.client.search.find(asked.peek(), { room: onlyHere.peek() ? room : undefined, before })
      if (turn !== latest.current) return
      found.value = before === undefined ? page.messages : [...(found.peek() ?? []), ...page.messages]
      next.value = page.next
      if (!page.complete) note.value = said.indexing
    } catch (error) {
      if (turn !== latest.current) return
      note.value = whyOf(error, language.peek())
    }
  }
  const show = (message: Message) => {
    panel.value = undefined
    // After the dialog has given the focus back.
    requestAnimationFrame(() => {
      session.show(message.room, message.id)
      goTo(message.room)
    })
  }
  return (
    <Dialog title={said.searchIn} class="search" onClose={() => (panel.value = undefined)}>
      <search>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            if (asked.peek().trim() !== '') void find()
          }}
        >
          <div class="field-row">
            <input
              type="text"
              inputMode="search"
              enterkeyhint="search"
              dir="auto"
              autoFocus
              aria-label={said.searchIn}
              aria-describedby="search-note"
              maxLength={400}
              value={asked.value}
              onInput={({ currentTarget }) => (asked.value = currentTarget.value)}
            />
            <button type="submit" class="primary">
              {said.search}
            </button>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={onlyHere.value}
              onChange={({ currentTarget }) => (onlyHere.value = currentTarget.checked)}
            />
            {fill(said.onlyHere, { room: neutralise(room) })}
          </label>
          <p id="search-note" class="help">
            {said.searchNote}
          </p>
        </form>
      </search>
      <p class="note" role="status">
        {note.value || (found.value?.length === 0 ? said.nothingFound : '')}
      </p>
      <ol class="found-list">
        {found.value?.map((message) => (
          <li key={`${message.room} ${message.id}`}>
            <button type="button" class="found-one" onClick={() => show(message)}>
              <span class="found-head">
                <span class={`name ${message.author.name === session.name ? 'own' : colourOf(message.author.name)}`}>
                  <Name name={message.author.name} />
                </span>
                <span class="found-where">
                  <Name name={message.room} /> ·{' '}
                  <time dateTime={message.createdAt}>{short(message.createdAt, language.value)}</time>
                </span>
              </span>
              <span class="found-text" dir="auto">
                {neutralise(message.text ?? '')}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {next.value !== undefined && (
        <button type="button" class="plain" onClick={() => void find(next.peek())}>
          {said.more}
        </button>
      )}
    </Dialog>
  )
}

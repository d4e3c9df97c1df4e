import { useSignal } from '@preact/signals'
import type { Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect, useRef } from 'preact/hooks'
import { copyText, curlOf } from '../browser/copy.ts'
import type { Outgoing } from '../hub/messages.ts'
import { language, panel, showPerson, tell, useSession, words } from '../page-context.ts'
import { mayModerate } from '../state/rights.ts'
import type { Room } from '../state/room.ts'
import type { Row as RoomRow } from '../state/rows.ts'
import { clock, dayKey, dayName, isSoonAfter, whole } from '../texts/times.ts'
import { refusalIn } from '../texts/why.ts'
import { fill } from '../texts/words.ts'
import { Fault, useAttempt } from './attempt.tsx'
import { Edit } from './edit.tsx'
import { Question } from './question.tsx'
import { colourOf, Name, Text } from './text.tsx'

export interface RowProps {
  row: RoomRow
  before: RoomRow | undefined
  room: Room
  /** What stands above it, if the unread messages begin here. */
  unread: string | undefined
  isActive: boolean
  isEditing: boolean
  isFound: boolean
  onEdit: (id: number | undefined) => void
}

/** One message: who, what and when, and what stands between it and the one before. */
export function MessageRow({ row, before, room, unread, isActive, isEditing, isFound, onEdit }: RowProps) {
  const session = useSession()
  const said = words()
  const message = row.live.value
  const { id, author, text, createdAt, editedAt } = message
  const earlier = before?.live.value
  const isNewDay = !earlier || dayKey(earlier.createdAt) !== dayKey(createdAt)
  const isGrouped =
    !isNewDay && unread === undefined && earlier.author.name === author.name && isSoonAfter(earlier.createdAt, createdAt)
  const isMine = author.name === session.name
  const time = clock(createdAt, language.value)
  const kind = [isGrouped ? 'row grouped' : 'row', isActive ? 'active' : '', isFound ? 'found' : '']
  return (
    <>
      {isNewDay && (
        <h2 class="day">
          <span>{dayName(createdAt, language.value)}</span>
        </h2>
      )}
      {unread !== undefined && (
        <h2 class="unread">
          <span>{unread}</span>
        </h2>
      )}
      <article
        id={`m${id}`}
        class={kind.join(' ').trim()}
        tabIndex={-1}
        aria-label={`${neutralise(author.name)}, ${time}`}
        data-id={id}
      >
        {isGrouped ? (
          <div class="name">
            <Name name={author.name} />
          </div>
        ) : (
          <button
            type="button"
            class={`name ${isMine ? 'own' : colourOf(author.name)}`}
            aria-haspopup="dialog"
            tabIndex={isActive ? 0 : -1}
            onClick={() => showPerson(author.name)}
          >
            <Name name={author.name} />
            {author.kind === 'bot' && <span class="bot"> {said.bot}</span>}
          </button>
        )}
        <div class="what">
          {isEditing ? (
            <Edit message={message} room={room} onDone={() => onEdit(undefined)} />
          ) : text === null ? (
            <p class="text gone">{said.deleted}</p>
          ) : (
            <p class="text" dir="auto">
              <Text text={text} reader={session.name} />
              {editedAt !== null && <span class="edited"> {said.edited}</span>}
            </p>
          )}
        </div>
        <time class="time" dateTime={createdAt} title={whole(createdAt, language.value)}>
          {time}
        </time>
        {isActive && !isEditing && text !== null && <Actions message={message} onEdit={onEdit} />}
      </article>
    </>
  )
}

/** What can be done with a message. To delete it takes a second word, at the same place. */
function Actions({ message, onEdit }: { message: Message; onEdit: (id: number) => void }) {
  const session = useSession()
  const said = words()
  const asking = useSignal(false)
  const done = useSignal('')
  const { fault, attempt } = useAttempt()
  const strip = useRef<HTMLDivElement>(null)
  const { id, room, author, text } = message
  const isMine = author.name === session.name
  const mayDelete = isMine || mayModerate(session.rights(room))
  const copy = async (what: string, copied: string) => {
    if (await copyText(what)) done.value = copied
  }
  const remove = () =>
    attempt(async () => {
      await session.remove(message)
      // What can be done with it goes, and the focus with that.
      document.getElementById(`m${id}`)?.focus({ preventScroll: true })
    })
  const keep = () => {
    asking.value = false
    requestAnimationFrame(() => strip.current?.querySelector('button')?.focus())
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a look of its own
    <div ref={strip} class="actions" role="group" aria-label={said.actions}>
      {asking.value ? (
        <Question question={said.removeSure} yes={said.remove} no={said.keep} onYes={() => void remove()} onNo={keep} />
      ) : (
        <>
          {isMine && (
            <button type="button" onClick={() => onEdit(id)}>
              {said.edit}
            </button>
          )}
          {mayDelete && (
            <button type="button" onClick={() => (asking.value = true)}>
              {said.remove}
            </button>
          )}
          <button type="button" onClick={() => void copy(text ?? '', 'text')}>
            {done.value === 'text' ? said.copied : said.copy}
          </button>
          <button type="button" onClick={() => void copy(curlOf(session.server, room, id), 'curl')}>
            {done.value === 'curl' ? said.copied : said.copyCurl}
          </button>
        </>
      )}
      <Fault fault={fault} />
    </div>
  )
}

/** What was written here and is not confirmed yet. */
export function Echo({ outgoing, isGrouped }: { outgoing: Outgoing; isGrouped: boolean }) {
  const session = useSession()
  const said = words()
  const { key, text, state, why = '', code = '', atMs } = outgoing
  const time = clock(new Date(atMs).toISOString(), language.value)
  const isLive = session.link.value.state === 'live'
  const refusal =
    state === 'refused' &&
    fill(said.notSent, { why: why === 'too-old' ? said.tooOld : refusalIn(language.value, { code, detail: why }) })
  // It is read as it comes, but not below a panel.
  useEffect(() => {
    if (refusal && panel.peek() !== undefined) tell(refusal, false)
  }, [state])
  return (
    <article
      class={`row echo ${state}${isGrouped ? ' grouped' : ''}`}
      tabIndex={-1}
      aria-label={`${neutralise(session.name)}, ${time}`}
    >
      <div class="name own">
        <Name name={session.name} />
      </div>
      <div class="what">
        <p class="text" dir="auto">
          <Text text={text} reader={session.name} />
        </p>
        {refusal && (
          <p class="note wrong" role="alert">
            {refusal}{' '}
            <button type="button" class="link" onClick={() => session.retry(key)}>
              {said.retry}
            </button>{' '}
            <button type="button" class="link" onClick={() => session.discard(key)}>
              {said.discard}
            </button>
          </p>
        )}
      </div>
      <span class="time">{refusal ? '' : isLive ? <span class="unseen">{said.sending}</span> : said.waiting}</span>
    </article>
  )
}

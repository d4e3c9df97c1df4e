import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { neutralise } from '@tertulia/protocol/neutralise'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { language, useSession, words } from '../page-context.ts'
import type { Room } from '../state/room.ts'
import type { Block, Row } from '../state/rows.ts'
import { isSoonAfter } from '../texts/times.ts'
import { whyOf } from '../texts/why.ts'
import { count, fill } from '../texts/words.ts'
import { DownIcon } from './icons.tsx'
import { Echo, MessageRow } from './row.tsx'

/** Closer to an end than this, more is read, in px. */
const nearPx = 1_500
/** This near to the end counts as the end. */
const endPx = 48

/**
 * The messages of a room. The scroller is laid out from its end: what comes below keeps the end in view, what is read above moves nothing.
 * So `scrollTop` is 0 at the end, and less than that above.
 */
export function Timeline({ room, editing }: { room: Room; editing: Signal<number | undefined> }) {
  const session = useSession()
  const said = words()
  const scroller = useRef<HTMLDivElement>(null)
  /** The message whose actions are shown: under the pointer, or with the focus. */
  const active = useSignal<number | undefined>(undefined)
  const atEnd = useSignal(true)
  /** The last message that was in sight when the end was. */
  const seen = useSignal(Number.POSITIVE_INFINITY)

  const unread = session.current.unread.value
  const isUnreadAbove = useSignal(false)
  /** After which message the unread ones began whose line has been in sight. */
  const met = useSignal<number | undefined>(undefined)

  const look = () => {
    const { current } = scroller
    if (!current || room.state.peek() !== 'open') return
    lookForUnread(current)
    const isAtEnd = current.scrollTop > -endPx && !room.hasLater.peek()
    if (isAtEnd !== atEnd.peek()) atEnd.value = isAtEnd
    const above = current.scrollHeight - current.clientHeight + current.scrollTop
    if (above < nearPx && room.hasEarlier.peek()) void room.older().catch((error) => session.failed(error))
    if (-current.scrollTop < nearPx && room.hasLater.peek()) void later()
    if (isAtEnd) reached()
  }
  /** What is read below must not push what is in sight. */
  const later = async () => {
    const { current } = scroller
    if (!current) return
    const [height, top] = [current.scrollHeight, current.scrollTop]
    await room.newer().catch((error) => session.failed(error))
    if (current.scrollTop === top) current.scrollTop = top - (current.scrollHeight - height)
  }
  const lookForUnread = (current: HTMLElement) => {
    const after = session.current.unread.peek()?.after
    const line = current.querySelector('.unread')
    const isAbove = line
      ? line.getBoundingClientRect().bottom < current.getBoundingClientRect().top
      : room.hasEarlier.peek() && after !== undefined && room.rows.first !== undefined && room.rows.first.id > after
    if (line && !isAbove) met.value = after
    isUnreadAbove.value = isAbove && met.peek() !== after
  }
  const toUnread = async (after: number) => {
    const line = () => scroller.current?.querySelector('.unread')
    leaveButton()
    if (!line()) await room.open(after)
    requestAnimationFrame(() => line()?.scrollIntoView({ block: 'center' }))
  }
  const reached = () => {
    seen.value = room.rows.last?.id ?? 0
    if (document.visibilityState === 'visible' && document.hasFocus()) session.current.read()
    room.trim()
  }
  /** The button that leads somewhere goes when one is there. */
  const leaveButton = () => scroller.current?.focus({ preventScroll: true })
  const toEnd = () => {
    leaveButton()
    if (room.hasLater.peek()) void room.open()
    scroller.current?.scrollTo({ top: 0 })
    requestAnimationFrame(look)
  }

  // The end is in sight: what comes is seen.
  useSignalEffect(() => {
    room.rows.blocks.value.at(-1)?.rows.value
    session.current.unread.value
    if (room.state.value === 'open') requestAnimationFrame(look)
  })
  useEffect(() => {
    const onFocus = () => atEnd.peek() && look()
    for (const event of ['focus', 'visibilitychange']) addEventListener(event, onFocus)
    return () => {
      for (const event of ['focus', 'visibilitychange']) removeEventListener(event, onFocus)
    }
  }, [room])
  useEffect(() => giveBackPlace(scroller.current, editing), [editing])
  useEffect(() => keepPlace(scroller.current, () => room.rows.last?.id), [room])
  // What was looked for comes into the middle.
  const wanted = session.current.wanted.value
  const isOpen = room.state.value === 'open'
  useLayoutEffect(() => {
    if (wanted === undefined || !isOpen) return
    const found = document.getElementById(`m${wanted}`)
    found?.scrollIntoView({ block: 'center' })
    found?.focus({ preventScroll: true })
    look()
  }, [wanted, isOpen, room])

  const below = useComputed(() => (atEnd.value ? 0 : countBelow(room, seen.value, session.name)))
  const echoes = session.outbox.value.filter((one) => one.room === room.name && !one.adopted)
  const blocks = room.rows.blocks.value
  const isEmpty = isOpen && !blocks.some(({ rows }) => rows.value.length > 0) && echoes.length === 0
  const lastRow = blocks.at(-1)?.rows.value.at(-1)?.live.value

  return (
    <div class="timeline">
      <div
        ref={scroller}
        id="messages"
        class="scroller"
        role="log"
        aria-live="off"
        aria-label={said.messages}
        aria-busy={!isOpen}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the keys
        tabIndex={0}
        onScroll={look}
        onKeyDown={(event) => walk(event, scroller.current)}
        onPointerOver={(event) => {
          if (event.pointerType === 'mouse') active.value = idIn(event) ?? active.peek()
        }}
        onPointerLeave={() => {
          if (!scroller.current?.contains(document.activeElement)) active.value = undefined
        }}
        onClick={(event) => {
          active.value = idIn(event)
        }}
        onFocusCapture={(event) => {
          active.value = idIn(event) ?? active.peek()
        }}
      >
        <div class="column">
          {room.state.value === 'failed' && (
            <div class="nothing" role="alert">
              <p>{whyOf(room.fault.value, language.value)}</p>
              <button type="button" class="plain" onClick={() => void room.open()}>
                {said.tryAgain}
              </button>
            </div>
          )}
          {room.state.value === 'opening' && blocks.length === 0 && <p class="nothing late">{said.loading}</p>}
          {isEmpty && <p class="nothing">{room.isErasedBefore.value ? said.erasedBefore : said.emptyRoom}</p>}
          {isOpen && !isEmpty && (
            <p class="start">
              {room.hasEarlier.value ? said.loading : whereItBegins(room, session.list.get(room.name)?.retainDays ?? null)}
            </p>
          )}
          {room.missed.value && <p class="missed">{said.missed}</p>}
          {blocks.map((block, index) => (
            <BlockRows key={block.key} block={block} before={blocks[index - 1]} room={room} active={active} editing={editing} />
          ))}
          {echoes.map((outgoing, index) => (
            <Echo
              key={outgoing.key}
              outgoing={outgoing}
              isGrouped={
                index > 0 || (lastRow?.author.name === session.name && isSoonAfter(lastRow.createdAt, new Date().toISOString()))
              }
            />
          ))}
        </div>
      </div>
      {unread && isUnreadAbove.value && (
        <button type="button" class="jump up" onClick={() => void toUnread(unread.after)}>
          <DownIcon />
          {count(said.unreadAbove, unread.count, language.value)}
        </button>
      )}
      {!atEnd.value && (
        <button type="button" class="jump" onClick={toEnd}>
          <DownIcon />
          {below.value > 0 ? count(said.newBelow, below.value, language.value) : said.toNewest}
        </button>
      )}
    </div>
  )
}

interface BlockProps {
  block: Block
  before: Block | undefined
  room: Room
  active: Signal<number | undefined>
  editing: Signal<number | undefined>
}

function BlockRows({ block, before, room, active, editing }: BlockProps) {
  const session = useSession()
  const rows = block.rows.value
  const last = before?.rows.value.at(-1)
  const unread = session.current.unread.value
  return (
    <div class="block">
      {rows.map((row, index) => (
        <LiveRow
          key={row.id}
          row={row}
          before={rows[index - 1] ?? last}
          room={room}
          unread={unread}
          active={active}
          editing={editing}
        />
      ))}
    </div>
  )
}

interface LiveRowProps extends Omit<BlockProps, 'block' | 'before'> {
  row: Row
  before: Row | undefined
  unread: { after: number; count: number } | undefined
}

/** Only the rows that become active, or cease to be, are drawn again. */
function LiveRow({ row, before, room, unread, active, editing }: LiveRowProps) {
  const session = useSession()
  const isActive = useComputed(() => active.value === row.id)
  const isEditing = useComputed(() => editing.value === row.id)
  const isFound = useComputed(() => session.current.wanted.value === row.id)
  const isFirstUnread =
    unread !== undefined && row.id > unread.after && (before ? before.id <= unread.after : !room.hasEarlier.value)
  return (
    <MessageRow
      row={row}
      before={before}
      room={room}
      unread={isFirstUnread ? count(words().unread, unread.count, language.value) : undefined}
      isActive={isActive.value}
      isEditing={isEditing.value}
      isFound={isFound.value}
      onEdit={(id) => {
        editing.value = id
        if (id === undefined) requestAnimationFrame(() => document.getElementById('composer')?.focus())
      }}
    />
  )
}

const allRows = (room: Room): Row[] => room.rows.blocks.value.flatMap(({ rows }) => [...rows.value])

const countBelow = (room: Room, seen: number, reader: string): number =>
  allRows(room).filter(({ id, live }) => id > seen && live.peek().author.name !== reader).length

/** The message that something happened to. What was clicked may be gone by now; the path of the event knows where it was. */
function idIn(event: Event): number | undefined {
  const article = event.composedPath().find((node) => node instanceof HTMLElement && node.dataset.id !== undefined)
  return article instanceof HTMLElement ? Number(article.dataset.id) : undefined
}

/** Where one was before an edit, which may be far from what is edited, one is again after it; unless one has gone elsewhere meanwhile. */
function giveBackPlace(scroller: HTMLElement | null, editing: Signal<number | undefined>): () => void {
  if (!scroller) return () => {}
  const bottom = (part: Element | undefined) => part?.getBoundingClientRect().bottom ?? 0
  let place: { wasAtEnd: boolean; last: Element | undefined; at: number } | undefined
  // Told before anything is drawn.
  return editing.subscribe((id) => {
    if (id !== undefined) {
      const edge = bottom(scroller)
      const last = Array.from(scroller.querySelectorAll('article')).findLast((row) => row.getBoundingClientRect().top < edge)
      place ??= { wasAtEnd: scroller.scrollTop > -1, last, at: bottom(last) }
    } else if (place) {
      const { wasAtEnd, last, at } = place
      place = undefined
      const form = scroller.querySelector('.edit')?.getBoundingClientRect()
      const [above, below] = [scroller.getBoundingClientRect().top, bottom(scroller)]
      if (!form || form.bottom < above || form.top > below) return
      requestAnimationFrame(() => {
        if (wasAtEnd) scroller.scrollTop = 0
        else if (last?.isConnected) scroller.scrollTop += bottom(last) - at
      })
    }
  })
}

/** Above the oldest message: a room that does not keep everything may have begun before it. */
function whereItBegins(room: Room, retainDays: number | null): string {
  const said = words()
  if (retainDays === null)
    return room.isErasedBefore.value ? said.erasedBefore : fill(said.beginning, { room: neutralise(room.name) })
  return fill(said.keptFor, { days: count(said.dayCount, retainDays, language.value) })
}

/** What comes below moves what is in sight, in a browser that does not keep it in place by itself. */
function keepPlace(scroller: HTMLElement | null, lastId: () => number | undefined): () => void {
  const column = scroller?.firstElementChild
  if (!scroller || !column || CSS.supports('overflow-anchor', 'auto')) return () => {}
  let [height, last] = [scroller.scrollHeight, lastId()]
  const observer = new ResizeObserver(() => {
    const growth = scroller.scrollHeight - height
    // What was read above moves nothing.
    if (lastId() !== last && scroller.scrollTop < -endPx) scroller.scrollTop -= growth
    height = scroller.scrollHeight
    last = lastId()
  })
  observer.observe(column)
  return () => observer.disconnect()
}

/** From one message to the next with the arrow keys. */
function walk(event: KeyboardEvent, scroller: HTMLElement | null): void {
  const { target, key } = event
  if (!scroller || !(target instanceof HTMLElement) || target.closest('textarea, input')) return
  const articles = Array.from(scroller.querySelectorAll<HTMLElement>('article'))
  const at = articles.findIndex((article) => article.contains(target))
  const to = {
    ArrowUp: at < 0 ? articles.length - 1 : at - 1,
    ArrowDown: at < 0 ? articles.length - 1 : at + 1,
    Home: 0,
    End: articles.length - 1
  }[key]
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  const next = articles[Math.min(Math.max(to, 0), articles.length - 1)]
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
}

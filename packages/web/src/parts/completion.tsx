import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useId, useLayoutEffect } from 'preact/hooks'
import { isComposing } from '../browser/keyboard.ts'
import { useSession, words } from '../page-context.ts'
import { isWhole, type MentionTyped, mentionTyped, namesFor } from '../texts/mention-typed.ts'
import { Name } from './text.tsx'

/**
 * Names of the room after an `@`. The focus stays in the box, whose keys choose (the pattern of a combobox; but the box is one of
 * several lines, and stays a text box to whoever does not see it).
 * @param text  what is in the box
 */
export function useCompletion(box: RefObject<HTMLTextAreaElement | null>, text: string) {
  const session = useSession()
  const id = useId()
  const place = useSignal<MentionTyped | undefined>(undefined)
  const chosen = useSignal(0)
  /** Where it was closed by hand. */
  const closed = useSignal<number | undefined>(undefined)
  const { people } = session.current
  const typed = place.value?.typed
  const members = people.members.value
  const names = typed === undefined ? [] : namesFor(typed, members, session.name)
  const at = Math.min(chosen.value, names.length - 1)

  const look = () => {
    const { current } = box
    const hasCaret = current && current === document.activeElement && current.selectionStart === current.selectionEnd
    const next = hasCaret ? mentionTyped(current.value, current.selectionStart) : undefined
    if (next?.start !== closed.peek()) closed.value = undefined
    const before = place.peek()
    if (before?.start === next?.start && before?.typed === next?.typed) return
    place.value = next
    // Whoever has typed a whole name may want to send: then the keys choose only after an arrow.
    chosen.value = members.some((member) => isWhole(next?.typed ?? '', member)) ? -1 : 0
  }
  useLayoutEffect(look, [text])
  useEffect(() => {
    if (typed) session.current.findPeople(typed)
  }, [typed])
  const option = (index: number) => `${id}-${index}`
  useLayoutEffect(() => document.getElementById(option(at))?.scrollIntoView({ block: 'nearest' }), [at])
  const isOpen = names.length > 0 && closed.value === undefined

  const take = (name: string | undefined) => {
    const { current } = box
    const start = place.peek()?.start
    if (!current || name === undefined || start === undefined) return
    const end = current.selectionEnd
    current.focus()
    current.setSelectionRange(start, end)
    const isSpaced = /^\s/.test(current.value.slice(end))
    // As if it had been typed, so that it can be undone.
    document.execCommand('insertText', false, isSpaced ? `@${name}` : `@${name} `)
    if (isSpaced) current.setSelectionRange(current.selectionEnd + 1, current.selectionEnd + 1)
    look()
  }
  /** @returns whether the key was for the list */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event
    if (!isOpen || isComposing(event) || shiftKey || altKey || ctrlKey || metaKey) return false
    const last = names.length - 1
    if (key === 'ArrowDown') chosen.value = at >= last ? 0 : at + 1
    else if (key === 'ArrowUp') chosen.value = at <= 0 ? last : at - 1
    else if (key === 'Tab' || (key === 'Enter' && at >= 0)) take(names[Math.max(at, 0)]?.name)
    else if (key === 'Escape') closed.value = place.peek()?.start
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return {
    onKeyDown,
    attributes: {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': isOpen ? id : undefined,
      'aria-activedescendant': isOpen && at >= 0 ? option(at) : undefined,
      autocomplete: 'off',
      onKeyUp: look,
      onClick: look,
      onFocus: look,
      onBlur: look
    } as const,
    list: isOpen && (
      <div id={id} role="listbox" class="names" aria-label={words().people}>
        {names.map(({ name, connected }, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the box, whose keys choose
          <div
            key={name}
            id={option(index)}
            role="option"
            class={`switch-one ${connected && session.isPresenceKnown.value ? 'here' : 'away'}`}
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(name)}
          >
            <span class="dot" aria-hidden="true" />
            <span class="who">
              <Name name={name} />
            </span>
          </div>
        ))}
      </div>
    )
  }
}

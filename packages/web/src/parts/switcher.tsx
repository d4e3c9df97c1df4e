import { useSignal } from '@preact/signals'
import { nameKey } from '@tertulia/protocol/name-key'
import { goTo } from '../browser/place.ts'
import { panel, useSession, words } from '../page-context.ts'
import { Dialog } from './dialog.tsx'
import { Name } from './text.tsx'

/** Another room by the first letters of its name. */
export function Switcher() {
  const session = useSession()
  const said = words()
  const typed = useSignal('')
  const chosen = useSignal(0)
  const wanted = nameKey(typed.value.trim())
  const current = session.current.name.value
  const entries = session.list.entries.value
    .filter(({ name }) => name !== current && nameKey(name).includes(wanted))
    .sort(
      (a, b) =>
        rank(a.name, wanted) - rank(b.name, wanted) || Number(a.role === null) - Number(b.role === null) || b.unread - a.unread
    )
    .slice(0, 12)
  const at = Math.min(chosen.value, entries.length - 1)
  const go = (name: string | undefined) => {
    if (name === undefined) return
    panel.value = undefined
    goTo(name)
    requestAnimationFrame(() => document.getElementById('composer')?.focus())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      chosen.value = (at + step + entries.length) % Math.max(1, entries.length)
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault()
      go(entries[at]?.name)
    }
  }
  return (
    <Dialog title={said.changeRoom} class="switcher" onClose={() => (panel.value = undefined)}>
      <input
        type="text"
        role="combobox"
        aria-label={said.goToRoom}
        placeholder={said.goToRoom}
        aria-expanded="true"
        aria-controls="switcher-rooms"
        aria-activedescendant={entries.length > 0 ? `switch-${at}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        autoFocus
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
          chosen.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <div id="switcher-rooms" role="listbox" class="switch-list" aria-label={said.rooms}>
        {entries.map(({ name, title, unread, archived }, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the box, whose keys choose
          <div
            key={name}
            id={`switch-${index}`}
            role="option"
            class="switch-one"
            aria-selected={index === at}
            onClick={() => go(name)}
          >
            <span class="room-name">
              <Name name={name} />
            </span>
            {archived && <span class="role"> {said.isArchived}</span>}
            <span class="switch-title">
              <Name name={title} />
            </span>
            {unread > 0 && <span class="badge">{unread}</span>}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p class="note">{said.noSuchRoom}</p>}
    </Dialog>
  )
}

const rank = (name: string, wanted: string): number => (nameKey(name).startsWith(wanted) ? 0 : 1)
